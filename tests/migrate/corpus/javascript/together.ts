import OpenAI from "openai";
import Together from "together-ai";

const grok = new OpenAI({ apiKey: process.env.XAI_API_KEY, baseURL: "https://api.x.ai/v1", timeout: 30000 });
const together = new Together();

export async function draw(prompt: string) {
  const a = await grok.images.generate({ model: "grok-2-image", prompt, response_format: "url" });
  const b = await together.images.create({ model: "black-forest-labs/FLUX.1-schnell", prompt, width: 512, height: 512 });
  return [a.data[0].url, b.data[0].url];
}
