import { z } from "zod";

export const generateSchema = z.object({
  prompt: z.string().min(1).max(4000),
  model: z.enum(["dall-e-2", "dall-e-3"]).default("dall-e-3"),
  size: z.enum(["256x256", "512x512", "1024x1024"]).optional(),
});

export type GenerateInput = z.infer<typeof generateSchema>;

export function maxImages(model: GenerateInput["model"]) {
  return model === "dall-e-3" ? 1 : 10;
}
