import base64
import sys
from pathlib import Path

from openai import OpenAI

ICON_SIZE = "1024x1024"
ICONS = {"sword": "a short sword", "shield": "a round shield"}


def generate_icon(client, name, description, out):
    try:
        result = client.images.generate(
            model="gpt-image-1",
            prompt=f"{description}, pixel art",
            n=1,
            size=ICON_SIZE,
            quality="high",
            background="transparent",
        )
        (out / f"{name}.png").write_bytes(base64.b64decode(result.data[0].b64_json))
        return True
    except Exception as e:
        print(name, e)
        return False


def main():
    client = OpenAI()
    ok = [generate_icon(client, k, v, Path(sys.argv[1])) for k, v in ICONS.items()]
    print(sum(ok), "of", len(ok))
