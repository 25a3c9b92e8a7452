"""Cost estimates.

Example:
    client.images.generate(model="dall-e-3", prompt="a cat", quality="hd")
"""

IMAGE_PRICES = {
    ("dall-e-2", "1024x1024"): 0.020,
    ("dall-e-3", "1024x1024"): 0.040,
}

PER_IMAGE = {
    "dall-e-3": {"standard": {"1024x1024": 0.04, "1792x1024": 0.08}, "hd": {"1024x1024": 0.08}},
    "gpt-image-1": {"low": {"1024x1024": 0.011}, "high": {"1024x1024": 0.167}},
}


def price(model, size, quality="standard"):
    # dall-e-3 and gpt-image-1 are looked up by quality first
    return PER_IMAGE[model][quality][size]
