"""What other libraries call for us."""

import litellm
from crewai_tools import DallETool
from langchain_community.utilities.dalle_image_generator import DallEAPIWrapper
from llama_index.tools.openai import OpenAIImageGenerationToolSpec
from pydantic_ai import Agent, ImageGenerationTool

moods = DallEAPIWrapper(model="dall-e-3", size="1792x1024", quality="hd")

illustrator = DallETool(model="dall-e-3", size="1024x1024", quality="standard", n=1)

drawing_tools = OpenAIImageGenerationToolSpec(api_key="set by the job").to_tool_list()

designer = Agent("openai-responses:gpt-5.1", builtin_tools=[ImageGenerationTool(size="1024x1024", quality="high")])


def mood(season: str) -> str:
    return moods.run(f"The mood of {season} in a pottery")


def calendar(month: str):
    return litellm.image_generation(model="openai/gpt-image-1", prompt=month, size="1536x1024", quality="high")
