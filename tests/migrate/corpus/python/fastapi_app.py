from typing import Optional

from fastapi import Depends, FastAPI, HTTPException
from openai import AsyncOpenAI
from pydantic import BaseModel

app = FastAPI()


class ImageRequest(BaseModel):
    prompt: str
    size: str = "512x512"
    n: Optional[int] = 1


class ImageResponse(BaseModel):
    b64: str


def get_client() -> AsyncOpenAI:
    return AsyncOpenAI(timeout=30.0)


@app.post("/image", response_model=ImageResponse)
async def create_image(req: ImageRequest, client: AsyncOpenAI = Depends(get_client)):
    try:
        result = await client.images.generate(
            model="gpt-image-1",
            prompt=req.prompt,
            size=req.size,
            n=req.n,
        )
    except Exception as exc:
        raise HTTPException(500, str(exc))
    return ImageResponse(b64=result.data[0].b64_json)
