import OpenAI from "openai";

const DEFAULTS = { model: "gpt-image-1.5", quality: "high", size: "1024x1024", input_fidelity: "high" };

export class ImageService {
  constructor(apiKey) {
    this.openai = new OpenAI({ apiKey, timeout: 90_000 });
  }

  async edit(image, prompt, options = {}) {
    const response = await this.openai.images.edit({ ...DEFAULTS, ...options, image, prompt });
    return response.data.map((d) => d.b64_json);
  }

  async create(prompt) {
    const params = { model: "dall-e-3", prompt };
    params.response_format = "b64_json";
    const response = await this.openai.images.generate(params);
    return response.data[0].b64_json;
  }
}
