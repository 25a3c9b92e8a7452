import fal_client
import replicate
from huggingface_hub import InferenceClient

hf = InferenceClient(timeout=30)


def by_replicate(prompt):
    return replicate.run("black-forest-labs/flux-schnell", input={"prompt": prompt, "aspect_ratio": "1:1"})[0].url


def by_fal(prompt):
    result = fal_client.subscribe("fal-ai/flux/dev", arguments={"prompt": prompt, "image_size": "square_hd"})
    return result["images"][0]["url"]


def by_hf(prompt):
    return hf.text_to_image(prompt, model="stabilityai/stable-diffusion-3.5-large", width=512, height=512)
