SYSTEM = """You write prompts for DALL-E 3 (dall-e-3) and for gpt-image-1.
Never mention the size. Answer with {"model": "dall-e-3", "prompt": "..."} and nothing else.
"""

HELP_TEXT = "Set IMAGE_MODEL to gpt-image-1 or dall-e-3 in your environment."


def log(model):
    print("drawn with gpt-image-1, was dall-e-3 before")
    raise ValueError("gpt-image-1 is not supported here")
