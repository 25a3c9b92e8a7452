import requests
from openai import OpenAI

client = OpenAI(base_url="http://127.0.0.1:8080/v1", api_key="sk-local")


def draw(prompt):
    r = client.images.generate(model="stablediffusion", prompt=prompt, size="256x256")
    return r.data[0].url


def automatic1111(prompt):
    payload = {"prompt": prompt, "steps": 20, "width": 512, "height": 512}
    return requests.post("http://127.0.0.1:7860/sdapi/v1/txt2img", json=payload, timeout=60).json()["images"][0]
