import OpenAI from "openai";
import axios from "axios";
import got from "got";
const { OPENAI_API_KEY } = process.env;
const api = axios.create({ baseURL: "https://api.openai.com/v1", timeout: 30000 });
export const a = (p: string) => api.post("/images/generations", { model: "dall-e-3", prompt: p, style: "vivid" });
class S {
  private client: OpenAI;
  private readonly model = "gpt-image-1";
  constructor() { this.client = new OpenAI(); }
  async b(p: string) { return this.client.images.generate({ model: this.model, prompt: p, size: "1024x1024", quality: "low" }); }
}
enum M { OLD = "dall-e-3", NEW = "gpt-image-2" }
export const c = async (o: OpenAI, p: string) => (await o.images.generate({ model: M.OLD, prompt: p })).data[0].url;
export async function d(p: string) {
  const r = await got.post("https://api.openai.com/v1/images/generations", { json: { model: "gpt-image-1", prompt: p } }).json();
  return r;
}
const SIZES = { wide: "1792x1024", square: "1024x1024" } as const;
export async function e(o: OpenAI, p: string, s: keyof typeof SIZES = "square") {
  const { data } = await o.images.generate({ model: "gpt-image-1.5", prompt: p, size: SIZES[s] as any });
  const [first] = data!;
  return first.url;
}
export function f(o: OpenAI, p: string) {
  return o.images.generate({ model: "dall-e-3", prompt: p }).then((r) => r.data[0].url);
}
export async function g(p: string) {
  const res = await fetch("https://api.openai.com/v1/images/generations", { method: "POST", body: JSON.stringify(Object.assign({ model: "dall-e-2" }, { prompt: p })) });
  const { data: [{ url }] } = await res.json();
  return url;
}
