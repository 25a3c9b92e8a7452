import { DallEAPIWrapper } from "@langchain/openai";

const tool = new DallEAPIWrapper({ n: 1, model: "dall-e-3", apiKey: process.env.OPENAI_API_KEY });

export const draw = (prompt: string) => tool.invoke(prompt);
