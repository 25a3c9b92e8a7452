import { expect, it, vi } from "vitest";
import OpenAI from "openai";

it("asks for a packshot", async () => {
  const openai = new OpenAI({ apiKey: "none" });
  vi.spyOn(openai.images, "generate").mockResolvedValue({ created: 1, data: [] });
  await openai.images.generate({ model: "gpt-image-1", prompt: "a mug", size: "1024x1024", quality: "low" });
  expect(openai.images.generate).toHaveBeenCalledOnce();
});
