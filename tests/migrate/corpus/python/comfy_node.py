import base64

from openai import OpenAI


class OpenAIImageNode:
    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"

    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {"prompt": ("STRING", {"multiline": True})},
            "optional": {
                "model": (["dall-e-3", "gpt-image-1"], {"default": "gpt-image-1"}),
                "size": (["1024x1024", "512x512"], {"default": "1024x1024"}),
            },
        }

    def run(self, prompt, model="gpt-image-1", size="1024x1024"):
        result = OpenAI().images.generate(model=model, prompt=prompt, size=size, quality="low")
        return (base64.b64decode(result.data[0].b64_json),)
