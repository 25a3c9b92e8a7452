import io
from base64 import b64decode

from openai import AsyncOpenAI
from telegram import Update
from telegram.ext import ContextTypes

IMAGE_CONFIG = dict(model="dall-e-3", size="1024x1024", quality="standard", style="vivid")

_openai = AsyncOpenAI()


async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    text = " ".join(context.args)
    answer = await _openai.images.generate(prompt=text, response_format="b64_json", **IMAGE_CONFIG)
    await update.message.reply_photo(io.BytesIO(b64decode(answer.data[0].b64_json)))
