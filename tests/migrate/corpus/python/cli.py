import argparse
import base64
import sys

from openai import OpenAI


def main(argv=None):
    parser = argparse.ArgumentParser(description="text to picture")
    parser.add_argument("prompt")
    parser.add_argument("--model", choices=["dall-e-2", "dall-e-3", "gpt-image-1"], default="dall-e-3")
    parser.add_argument("--size", default="1024x1024")
    parser.add_argument("-o", "--output", default="out.png")
    args = parser.parse_args(argv)

    client = OpenAI()
    kwargs = {"model": args.model, "prompt": args.prompt, "size": args.size}
    if args.model.startswith("dall-e"):
        kwargs["response_format"] = "b64_json"
    image = client.images.generate(**kwargs)
    with open(args.output, "wb") as f:
        f.write(base64.b64decode(image.data[0].b64_json))
    return 0


if __name__ == "__main__":
    sys.exit(main())
