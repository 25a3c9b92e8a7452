// dall-e-3 was four cents; gpt-image-1 is gone since October.
export const CENTS: Record<string, number> = {
  "dall-e-3": 4.0,
  "gpt-image-1": 4.2,
  "gpt-image-2": 5.3,
};
