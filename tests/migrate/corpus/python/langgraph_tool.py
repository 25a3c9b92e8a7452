import base64
import uuid
from pathlib import Path

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
from openai import OpenAI

llm = ChatOpenAI(model="gpt-4o-mini")
OUT = Path("out")


@tool
def generate_image(description: str) -> str:
    """Generate an image from a description and return the path of the file."""
    result = OpenAI().images.generate(
        model="gpt-image-1", prompt=description, size="auto", background="transparent"
    )
    path = OUT / f"{uuid.uuid4()}.png"
    path.write_bytes(base64.b64decode(result.data[0].b64_json))
    return str(path)


agent = create_react_agent(llm, [generate_image])
