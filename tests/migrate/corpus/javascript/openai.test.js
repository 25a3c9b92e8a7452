import { describe, expect, it } from "vitest";
import OpenAI from "openai";

describe("images", () => {
  it("draws", async () => {
    const openai = new OpenAI({ apiKey: "x", fetch: async () => new Response("{}") });
    await openai.images.generate({ model: "dall-e-3", prompt: "x", response_format: "b64_json" });
  });
});
