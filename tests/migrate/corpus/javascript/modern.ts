import OpenAI from "openai";

const openai = new OpenAI({ timeout: 5 * 60 * 1000, maxRetries: 0 });

export async function draw(prompt: string) {
  const r = await openai.images.generate({ model: "gpt-image-2", prompt, size: "1024x1024", quality: "low" });
  return Buffer.from(r.data![0].b64_json!, "base64");
}

export const draft = (prompt: string) =>
  openai.images.generate({ model: process.env.MODEL ?? "gpt-image-2.5-flare", prompt, size: "816x816", quality: "low" });
