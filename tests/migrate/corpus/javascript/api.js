import express from "express";
import OpenAI from "openai";

const app = express();
const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });

app.post("/generate", async (req, res) => {
  try {
    const { prompt, count } = req.body;
    const result = await openai.images.generate({
      model: "dall-e-2",
      prompt,
      size: "1024x1024",
      n: count || 1
    });
    res.json({ images: result.data.map(img => img.url) });
  } catch (err) {
    res.status(500).json({ error: "failed" });
  }
});
