import os
import time

import requests

IMAGE_MODEL = os.environ.get("MAIL_IMAGE_MODEL", "gpt-image-1").strip()
IMAGE_SIZE = os.environ.get("MAIL_IMAGE_SIZE", "1536x1024").strip()
IMAGE_TIMEOUT = int(os.environ.get("MAIL_IMAGE_TIMEOUT", "90") or "90")


def make_image(prompt, retries=3):
    for attempt in range(retries):
        try:
            resp = requests.post(
                "https://api.openai.com/v1/images/generations",
                json={"model": IMAGE_MODEL, "prompt": prompt[:700], "size": IMAGE_SIZE, "quality": "medium"},
                headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
                timeout=IMAGE_TIMEOUT,
            )
            resp.raise_for_status()
            return resp.json()["data"][0]["b64_json"]
        except requests.RequestException:
            if attempt == retries - 1:
                raise
            time.sleep(5)
