export const SUPPORTED_MODELS = ["gpt-image-1"];

export const defaultRoute = {
  ruleId: "default",
  primaryModel: "gpt-image-1",
  fallbackModels: ["flux-pro"],
};

export const isGptImage = (model: string) => model.startsWith("gpt-image-1");

export function label(model: string) {
  if (model === "dall-e-3") return "DALL·E 3";
  return model;
}
