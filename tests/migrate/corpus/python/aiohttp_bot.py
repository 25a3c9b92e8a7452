import aiohttp

BASE = "https://api.openai.com/v1"


class OpenAI:
    def __init__(self, key):
        self.headers = {"Authorization": f"Bearer {key}"}

    async def image(self, prompt, size="512x512"):
        data = {"prompt": prompt, "n": 1, "size": size}
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{BASE}/images/generations", headers=self.headers, json=data) as resp:
                payload = await resp.json()
                return payload["data"][0]["url"]

    async def chat(self, messages):
        async with aiohttp.ClientSession() as session:
            async with session.post(
                f"{BASE}/chat/completions", headers=self.headers, json={"model": "gpt-4o", "messages": messages}, timeout=30
            ) as resp:
                return await resp.json()
