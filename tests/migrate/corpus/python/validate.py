from dataclasses import dataclass, field
from typing import Literal

ImageModel = Literal["dall-e-2", "dall-e-3"]
GPT_IMAGE_MODELS = ("gpt-image-1", "gpt-image-1.5")


@dataclass
class Settings:
    image_model: str = "gpt-image-1"
    fallbacks: list[str] = field(default_factory=lambda: ["dall-e-3"])


def check(model: str, quality: str) -> None:
    if model in GPT_IMAGE_MODELS and quality in ("hd", "standard"):
        raise ValueError("no such quality")
    if "dall-e" in model and quality == "high":
        raise ValueError("no such quality")
