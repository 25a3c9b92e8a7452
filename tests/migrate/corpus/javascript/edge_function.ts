import { serve } from "https://deno.land/std@0.177.0/http/server.ts";
import OpenAI from "npm:openai@4";

serve(async (req) => {
  const { prompt, model = "gpt-image-1" } = await req.json();
  const openai = new OpenAI({ apiKey: Deno.env.get("OPENAI_API_KEY") });
  const img = await openai.images.generate({ model, prompt, size: "1536x1024", quality: "high" });
  return new Response(JSON.stringify({ b64: img.data[0].b64_json }), {
    headers: { "Content-Type": "application/json" },
  });
});
