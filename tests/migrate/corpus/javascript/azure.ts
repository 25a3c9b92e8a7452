import { AzureOpenAI } from "openai";

const client = new AzureOpenAI({ deployment: "dalle3", apiVersion: "2024-10-21" });

export async function draw(prompt: string) {
  const results = await client.images.generate({ prompt, model: "", n: 1, size: "1024x1024", style: "vivid" });
  for (const image of results.data) console.log(`Image generated: ${image.url}`);
}
