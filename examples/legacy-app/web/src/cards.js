import axios from "axios";
import { experimental_generateImage as generateImage } from "ai";
import { openai } from "@ai-sdk/openai";

const URL = "https://api.openai.com/v1/images/generations";
const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}`, "Content-Type": "application/json" };

export async function card(text) {
  const response = await fetch(URL, {
    method: "POST",
    headers,
    body: JSON.stringify({ model: "dall-e-3", prompt: text, n: 1, size: "1024x1024", quality: "standard" }),
  });
  const json = await response.json();
  return json.data[0].url;
}

export async function label(text) {
  const { data } = await axios.post(
    URL,
    { model: "gpt-image-1", prompt: text, size: "1024x1024", quality: "high" },
    { headers, timeout: 30000 },
  );
  return data.data[0].b64_json;
}

export async function calendar(month) {
  const { image } = await generateImage({ model: openai.image("dall-e-3"), prompt: month, size: "1024x1024" });
  return image.base64;
}

export async function flux(text) {
  const response = await fetch("https://fal.run/fal-ai/flux/dev", {
    method: "POST",
    headers: { Authorization: `Key ${process.env.FAL_KEY}` },
    body: JSON.stringify({ prompt: text, image_size: "square", num_images: 1 }),
  });
  return (await response.json()).images[0].url;
}
