export const BANNER_MODEL = "dall-e-3";
export const BANNER_SIZE = "1792x1024";

export const PICTURES = {
  model: "gpt-image-1",
  size: "1024x1024",
  quality: "medium",
} as const;

export const IMAGE_MODELS = ["dall-e-3", "gpt-image-1", "gpt-image-2"] as const;
export type ImageModel = (typeof IMAGE_MODELS)[number];
