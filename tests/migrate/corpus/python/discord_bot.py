import os

import discord
import openai
from discord.ext import commands

openai.api_key = os.getenv("OPENAI_API_KEY")

bot = commands.Bot(command_prefix="!", intents=discord.Intents.default())


@bot.command()
async def imagine(ctx, *, prompt: str):
    async with ctx.typing():
        response = await openai.Image.acreate(
            prompt=prompt,
            n=1,
            size="1024x1024"
        )
        image_url = response['data'][0]['url']
        embed = discord.Embed(title=prompt)
        embed.set_image(url=image_url)
        await ctx.send(embed=embed)


@bot.command()
async def avatar(ctx, member: discord.Member):
    await ctx.send(member.avatar.url)


bot.run(os.getenv("DISCORD_TOKEN"))
