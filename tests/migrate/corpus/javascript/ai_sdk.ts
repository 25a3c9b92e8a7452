import { openai } from "@ai-sdk/openai";
import { experimental_generateImage as generateImage } from "ai";

export async function cover(title: string) {
  const { image } = await generateImage({
    model: openai.image("gpt-image-1"),
    prompt: `Book cover: ${title}`,
    size: "1024x1536",
    providerOptions: { openai: { quality: "high" } },
  });
  return image.uint8Array;
}
