export const IMAGE_PRICING = {
  "dall-e-3": { standard: 0.04, hd: 0.08 },
  "gpt-image-1": { low: 0.011, medium: 0.042, high: 0.167 },
} as const;

export const TABLE = [
  { model: "gpt-image-1", inputPrice: 10, outputPrice: 40 },
  { model: "gpt-image-2", inputPrice: 8, outputPrice: 30 },
];

/** `client.images.generate({ model: "dall-e-3" })` used to cost four cents. */
export function cost(model: keyof typeof IMAGE_PRICING, quality: string): number {
  return (IMAGE_PRICING[model] as Record<string, number>)[quality] ?? 0;
}
