"""What is done with the pictures that come back: cut to the size asked, pasted through the mask, given a data URL.

All of it is bytes in, bytes out. Cutting and pasting needs pillow, which `pip install "pixroute[images]"` brings.
"""

from __future__ import annotations

from .delivery import Delivered, Edit, deliver, find_alpha, has_alpha, is_wanted, require_pillow
from .streams import StreamDelivery

__all__ = [
    "Delivered",
    "Edit",
    "StreamDelivery",
    "deliver",
    "find_alpha",
    "has_alpha",
    "is_wanted",
    "require_pillow",
]
