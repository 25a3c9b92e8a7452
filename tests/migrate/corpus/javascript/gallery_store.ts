import { defineStore } from "pinia";

export const useGallery = defineStore("gallery", {
  state: () => ({ images: [] as { url: string; revised_prompt?: string }[] }),
  actions: {
    async generate(prompt: string) {
      const response = await fetch("https://gallery.example/api/images/generations", {
        method: "POST",
        body: JSON.stringify({ prompt, size: "512x512", style: "vivid" }),
      });
      const json = await response.json();
      this.images.push({ url: json.data[0].url, revised_prompt: json.data[0].revised_prompt });
    },
  },
});
