"""Calls that are written out, one for each of the HTTP libraries that somebody liked."""

import base64
import json
import os
from urllib.request import Request, urlopen

import aiohttp
import httpx
import requests

API = "https://api.openai.com/v1"
HEADERS = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}


def label(text: str) -> bytes:
    payload = {
        "model": "gpt-image-1",
        "prompt": f'A paper label that says "{text}"',
        "size": "1024x1024",
        "quality": "high",
        "moderation": "low",
    }
    response = requests.post(f"{API}/images/generations", headers=HEADERS, json=payload, timeout=60)
    response.raise_for_status()
    return base64.b64decode(response.json()["data"][0]["b64_json"])


def gift_card(text: str) -> str:
    body = {"model": "dall-e-3", "prompt": text, "n": 1, "size": "1024x1024", "quality": "standard", "style": "vivid"}
    response = requests.post(
        "https://api.openai.com/v1/images/generations",
        headers={**HEADERS, "Content-Type": "application/json"},
        data=json.dumps(body),
    )
    return response.json()["data"][0]["url"]


async def sticker(text: str) -> str:
    async with httpx.AsyncClient(base_url=API, headers=HEADERS, timeout=300) as http:
        response = await http.post(
            "/images/generations",
            json={"model": "gpt-image-1", "prompt": text, "background": "transparent", "size": "auto"},
        )
    return response.json()["data"][0]["b64_json"]


async def stamp(text: str) -> str:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=90)) as session:
        async with session.post(
            f"{API}/images/generations",
            headers=HEADERS,
            json={"model": "gpt-image-1.5", "prompt": text, "size": "1024x1024", "quality": "low"},
        ) as response:
            return (await response.json())["data"][0]["b64_json"]


def seal(text: str) -> str:
    request = Request(
        "https://api.openai.com/v1/images/generations",
        data=json.dumps({"model": "gpt-image-1", "prompt": text, "size": "512x512"}).encode(),
        headers={**HEADERS, "Content-Type": "application/json"},
    )
    with urlopen(request) as response:
        return json.load(response)["data"][0]["b64_json"]


def on_shelf(photo: str) -> str:
    with open(photo, "rb") as picture:
        response = requests.post(
            f"{API}/images/edits",
            headers=HEADERS,
            files={"image": picture},
            data={"model": "gpt-image-1", "prompt": "Put it on a shelf", "input_fidelity": "high"},
            timeout=300,
        )
    return response.json()["data"][0]["b64_json"]
