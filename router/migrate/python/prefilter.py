"""Whether a file can hold anything about pictures, told from its bytes."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final = re.compile(
    rb"images/(?:generations|edits|variations)|/generations\b|image_generation|image_edit|dall-?e|gpt-image"
    rb"|ImageGeneration|Image\s*\.\s*a?create|OpenAITextToImage",
    re.IGNORECASE,
)
RESOURCE: Final = re.compile(rb"\.\s*images\b|\bimport\s+images\b")
METHOD: Final = re.compile(rb"\b(?:generate|edit|create_variation)\b")


def may_matter(data: bytes) -> bool:
    """Whether it is worth parsing a file."""
    if RESOURCE.search(data) and METHOD.search(data):
        return True
    return WORDS.search(data) is not None
