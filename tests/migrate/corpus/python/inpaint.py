import httpx

EDIT_ENDPOINT = "https://api.openai.com/v1/images/edits"


async def inpaint(token, image_bytes, mask_bytes, prompt):
    files = {
        "image": ("image.png", image_bytes, "image/png"),
        "mask": ("mask.png", mask_bytes, "image/png"),
    }
    form = {
        "model": "dall-e-2",
        "prompt": prompt,
        "n": "1",
        "size": "512x512",
    }
    async with httpx.AsyncClient(timeout=120) as client:
        r = await client.post(EDIT_ENDPOINT, headers={"Authorization": f"Bearer {token}"}, data=form, files=files)
    r.raise_for_status()
    return r.json()["data"][0]["url"]
