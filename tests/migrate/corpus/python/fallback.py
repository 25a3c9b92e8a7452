import base64

from openai import BadRequestError, OpenAI

client = OpenAI()

CANDIDATES = ["gpt-image-1.5", "gpt-image-1"]


def draw(prompt):
    last = None
    for name in CANDIDATES:
        try:
            result = client.images.generate(model=name, prompt=prompt, size="1024x1024", quality="medium")
            return base64.b64decode(result.data[0].b64_json)
        except BadRequestError as e:
            last = e
    raise last
