from openai import AsyncOpenAI

client = AsyncOpenAI()


async def quick(prompt):
    response = await client.with_options(timeout=20, max_retries=0).images.generate(
        model="gpt-image-2", prompt=prompt, size="1024x1024", quality="low"
    )
    return response.data[0].b64_json


async def stream(prompt):
    events = await client.images.generate(
        model="gpt-image-1", prompt=prompt, stream=True, partial_images=2, size="1024x1024", quality="low"
    )
    async for event in events:
        if event.type == "image_generation.completed":
            return event.b64_json
