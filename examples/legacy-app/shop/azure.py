"""The German shop draws in Frankfurt."""

import base64
import os

import requests
from openai import AzureOpenAI

client = AzureOpenAI(
    azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT"],
    api_key=os.environ["AZURE_OPENAI_KEY"],
    api_version="2025-04-01-preview",
)


def packung(name: str) -> str:
    answer = client.images.generate(
        model="dalle3-frankfurt", prompt=name, size="1024x1024", quality="hd", style="natural"
    )
    return answer.data[0].url


def schild(name: str) -> bytes:
    answer = client.images.generate(model="gpt-image-1", prompt=name, size="1024x1024", quality="high")
    return base64.b64decode(answer.data[0].b64_json)


def karte(name: str) -> str:
    url = f"{os.environ['AZURE_OPENAI_ENDPOINT']}/openai/deployments/karten/images/generations"
    response = requests.post(
        url,
        params={"api-version": "2025-04-01-preview"},
        headers={"api-key": os.environ["AZURE_OPENAI_KEY"]},
        json={"prompt": name, "size": "1024x1024", "response_format": "b64_json"},
        timeout=240,
    )
    return response.json()["data"][0]["b64_json"]
