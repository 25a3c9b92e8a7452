import openai
import requests

IMAGE_MODEL = "dall-e-3"
IMAGE_QUALITY = "standard"
IMAGE_SIZE = "1024x1024"
IMAGE_STYLE = "vivid"


def reply_image(prompt, say, thread):
    response = openai.images.generate(
        model=IMAGE_MODEL,
        prompt=prompt,
        quality=IMAGE_QUALITY,
        size=IMAGE_SIZE,
        style=IMAGE_STYLE,
        n=1,
    )
    revised_prompt = response.data[0].revised_prompt
    image_url = response.data[0].url
    picture = requests.get(image_url).content
    say(text=revised_prompt, file=picture, thread_ts=thread)


def reply_many(prompt, count):
    response = openai.images.generate(model="dall-e-2", prompt=prompt, n=count, size="1024x1024")
    return [image.url for image in response.data]
