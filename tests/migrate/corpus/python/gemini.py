from google import genai
from google.genai import types

client = genai.Client()


def draw(prompt):
    r = client.models.generate_images(
        model="imagen-4.0-generate-001", prompt=prompt, config=types.GenerateImagesConfig(number_of_images=1)
    )
    return r.generated_images[0].image.image_bytes
