"""Everything that is set in one place. Some of it is."""

import os
from enum import Enum

from pydantic import Field
from pydantic_settings import BaseSettings

PACKSHOT_MODEL = "gpt-image-1"
BANNER_SIZE = "1792x1024"
SWATCH_SIZE = "256x256"
IMAGE_TIMEOUT = 60

HERO_MODEL = os.getenv("HERO_IMAGE_MODEL", "dall-e-3")


class Quality(str, Enum):
    DRAFT = "standard"
    PRINT = "hd"


class PictureSettings(BaseSettings):
    image_model: str = "gpt-image-1.5"
    image_size: str = Field(default="1024x1536")
    chat_model: str = "gpt-5.1"


pictures = PictureSettings()
