import OpenAI, { toFile } from "openai";
import fs from "node:fs";
import { BANNER_MODEL, BANNER_SIZE, PICTURES } from "./settings";

const openai = new OpenAI();
const hurried = new OpenAI({ timeout: 60 * 1000, maxRetries: 3 });

export async function packshot(product: string): Promise<Buffer> {
  const answer = await openai.images.generate({
    ...PICTURES,
    prompt: `${product} on white`,
  });
  return Buffer.from(answer.data[0].b64_json!, "base64");
}

export async function banner(headline: string): Promise<string> {
  const answer = await openai.images.generate({
    model: BANNER_MODEL,
    prompt: headline,
    size: BANNER_SIZE,
    quality: "hd",
    style: "natural",
    response_format: "url",
  });
  return answer.data[0].url!;
}

export async function tile(pattern: string, model = process.env.TILE_MODEL ?? "gpt-image-1") {
  return hurried.images.generate({ model, prompt: pattern, size: "1024x1024", quality: "low" });
}

export async function onWood(path: string) {
  return openai.images.edit({
    model: "gpt-image-1",
    image: await toFile(fs.createReadStream(path), null, { type: "image/png" }),
    prompt: "Put it on an oak table", // the photographer's idea
    input_fidelity: "high",
    size: "1024x1024",
    quality: "high",
  });
}

export async function draw(product: string) {
  return openai.images.generate({ model: "gpt-image-2", prompt: product, size: "1024x1024", quality: "low" });
}

export async function talk(wish: string) {
  return openai.responses.create({
    model: "gpt-5.1",
    input: wish,
    tools: [{ type: "image_generation" }],
  });
}

export function takesTransparency(model: string): boolean {
  switch (model) {
    case "gpt-image-1":
      return true;
    default:
      return model === "gpt-image-1.5";
  }
}
