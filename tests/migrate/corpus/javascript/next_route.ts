import { NextResponse } from "next/server";
import OpenAI from "openai";

export const maxDuration = 60;

const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });

export async function POST(req: Request) {
  const { prompt, hd } = await req.json();
  if (!prompt) return NextResponse.json({ error: "no prompt" }, { status: 400 });

  const response = await client.images.generate({
    model: "dall-e-3",
    prompt,
    n: 1,
    size: "1024x1024",
    quality: hd ? "hd" : "standard",
  });

  return NextResponse.json({ url: response.data[0].url });
}
