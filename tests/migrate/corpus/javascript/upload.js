import FormData from "form-data";
import axios from "axios";
import { createReadStream } from "node:fs";

export async function retouch(path, prompt) {
  const form = new FormData();
  form.append("model", "gpt-image-1");
  form.append("image[]", createReadStream(path));
  form.append("prompt", prompt);
  form.append("input_fidelity", "high");
  const { data } = await axios.post("https://api.openai.com/v1/images/edits", form, {
    headers: { ...form.getHeaders(), Authorization: `Bearer ${process.env.OPENAI_API_KEY}` },
  });
  return data.data[0].b64_json;
}
