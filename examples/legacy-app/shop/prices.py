"""What a picture costs us, for the monthly report.

It used to be simple: client.images.generate(model="dall-e-3", ...) was four cents.
"""

# gpt-image-1 was dearer than anybody had thought; see the bill of May 2025.
CENTS = {
    "dall-e-2": 2.0,
    "dall-e-3": 4.0,
    "gpt-image-1": 4.2,
    "gpt-image-1-mini": 1.1,
    "gpt-image-2": 5.3,
}

PER_MILLION = [
    {"model": "gpt-image-1", "input": 10.00, "output": 40.00},
    {"model": "gpt-image-2", "input": 8.00, "output": 30.00},
]


def cost(model: str, pictures: int) -> float:
    return CENTS[model] * pictures / 100
