import os

from openai import AsyncOpenAI

IMAGE_MODEL = os.getenv("IMAGE_MODEL", "google/gemini-2.5-flash-image")

client = AsyncOpenAI(base_url="https://openrouter.ai/api/v1", api_key=os.getenv("OPENROUTER_API_KEY"), timeout=60)


async def image(prompt):
    r = await client.chat.completions.create(
        model=IMAGE_MODEL,
        messages=[{"role": "user", "content": prompt}],
        extra_body={"modalities": ["image", "text"]},
    )
    return r.choices[0].message.images[0]["image_url"]["url"]
