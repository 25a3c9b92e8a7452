"""What a customer may ask for, and what is kept of it."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class ImageModel(StrEnum):
    OLD = "dall-e-3"
    USUAL = "gpt-image-1"
    NEW = "gpt-image-2"


class PictureOrder(BaseModel):
    prompt: str
    model: Literal["gpt-image-1", "gpt-image-1-mini"] = "gpt-image-1"
    image_model: str = Field(default="dall-e-3", max_length=10)


class Drawn(Base):
    __tablename__ = "drawn"

    id: Mapped[int] = mapped_column(primary_key=True)
    image_model: Mapped[str] = mapped_column(String(12), default="gpt-image-1")
    image_url: Mapped[str] = mapped_column(String(500))


def can_be_transparent(model: str) -> bool:
    return model == "gpt-image-1" or model.startswith("gpt-image-1.5")


def sizes(model: str) -> list[str]:
    if model in ("dall-e-2", "dall-e-3"):
        return ["1024x1024"]
    match model:
        case "gpt-image-1":
            return ["1024x1024", "1024x1536", "1536x1024"]
        case _:
            return ["1024x1024"]
