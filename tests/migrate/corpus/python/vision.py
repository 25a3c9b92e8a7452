import base64

from openai import OpenAI

client = OpenAI(timeout=20, max_retries=5)


def describe(path):
    data = base64.b64encode(open(path, "rb").read()).decode()
    r = client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in this image? Would DALL-E 3 or gpt-image-1 draw it?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
                ],
            }
        ],
    )
    return r.choices[0].message.content
