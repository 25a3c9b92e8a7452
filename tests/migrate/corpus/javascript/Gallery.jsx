import { useState } from "react";

const MODELS = [
  { value: "gpt-image-1", label: "GPT Image" },
  { value: "flux-dev", label: "Flux" },
];

export default function Gallery() {
  const [images, setImages] = useState([]);
  const [model, setModel] = useState("gpt-image-1");

  async function generate(prompt) {
    const res = await fetch("/api/images", {
      method: "POST",
      body: JSON.stringify({ prompt, model, size: "512x512" }),
    });
    const data = await res.json();
    setImages([...images, data.url]);
  }

  return <Picker models={MODELS} value={model} onChange={setModel} onGenerate={generate} images={images} />;
}
