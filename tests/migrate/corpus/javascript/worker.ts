export interface Env {
  OPENAI_API_KEY: string;
  BUCKET: R2Bucket;
}

const MODEL = "gpt-image-1";

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { prompt } = (await request.json()) as { prompt: string };
    const upstream = await fetch("https://api.openai.com/v1/images/generations", {
      method: "POST",
      headers: { Authorization: `Bearer ${env.OPENAI_API_KEY}`, "Content-Type": "application/json" },
      body: JSON.stringify({ model: MODEL, prompt, size: "1024x1024", quality: "medium" }),
      signal: AbortSignal.timeout(25_000),
    });
    const result: any = await upstream.json();
    const bytes = Uint8Array.from(atob(result.data[0].b64_json), (c) => c.charCodeAt(0));
    await env.BUCKET.put(crypto.randomUUID(), bytes);
    return new Response(bytes, { headers: { "Content-Type": "image/png" } });
  },
};
