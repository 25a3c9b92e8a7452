import { fal } from "@fal-ai/client";
import Replicate from "replicate";

const replicate = new Replicate();

export async function flux(prompt) {
  const result = await fal.subscribe("fal-ai/flux/dev", { input: { prompt, image_size: "square" } });
  return result.data.images[0].url;
}

export async function sdxl(prompt) {
  const [file] = await replicate.run("stability-ai/sdxl", { input: { prompt, width: 512, height: 512 } });
  return file.url();
}
