import OpenAI from "openai";
import type { ImagesResponse } from "openai/resources/images";

export interface DrawOptions {
  size?: "1024x1024" | "1792x1024" | "1024x1792";
  quality?: "standard" | "hd";
}

export async function draw(openai: OpenAI, prompt: string, { size = "1792x1024", quality = "hd" }: DrawOptions = {}) {
  const response: ImagesResponse = await openai.images.generate({
    model: "dall-e-3",
    prompt,
    size,
    quality,
    response_format: "b64_json",
  });
  const b64 = response.data?.[0]?.b64_json;
  if (!b64) throw new Error("no picture");
  return Buffer.from(b64, "base64");
}
