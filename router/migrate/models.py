"""Which words are names of OpenAI's image models."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(
    r"dall-e-[23]|chatgpt-image-latest|gpt-image-\d+(?:\.\d+)?(?:-(?:mini|flare|sunburst))?(?:-\d{4}-\d{2}-\d{2})?"
)
MENTION: Final = re.compile(rf"(?<![\w.-])(?:{NAME.pattern})(?![\w-]|\.\d)")
"""A name inside a longer text, as in `openai/gpt-image-1`, and not as a part of another word."""


def is_image_model(text: str) -> bool:
    """Whether a text is such a name and nothing else, a provider's prefix (`openai/`, `azure/`) aside."""
    return NAME.fullmatch(text.rpartition("/")[2]) is not None
