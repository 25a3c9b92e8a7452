"""The assistant that customers talk to; it may draw what they describe."""

from openai import AsyncOpenAI, OpenAI

client = OpenAI()
aclient = AsyncOpenAI()


def describe_and_draw(wish: str):
    return client.responses.create(
        model="gpt-5.1",
        input=wish,
        tools=[{"type": "image_generation"}],
    )


async def draw_on_paper(wish: str):
    return await aclient.responses.create(
        model="gpt-5.1",
        input=wish,
        tools=[
            {"type": "web_search"},
            {"type": "image_generation", "model": "gpt-image-1", "size": "1024x1536", "quality": "high"},
        ],
    )


def draw_now(wish: str):
    tool = {"type": "image_generation", "model": "gpt-image-2.5-flare", "size": "1024x1024", "quality": "low"}
    return client.responses.create(model="gpt-5.1", input=wish, tools=[tool])
