import OpenAI from "openai";

const openai = new OpenAI();

export async function chat(input: string, previous?: string) {
  const response = await openai.responses.create({
    model: "gpt-4.1-mini",
    input,
    previous_response_id: previous,
    tools: [{ type: "web_search_preview" }, { type: "image_generation", quality: "medium", size: "1024x1024" }],
  });
  return response.output.filter((o) => o.type === "image_generation_call").map((o: any) => o.result);
}
