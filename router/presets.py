"""Names for the sizes that platforms ask for, so that a request can say `instagram.story`; edges in pixels.

Collected by hand from the platforms' own upload guides; a platform may change them at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRESETS: Mapping[str, tuple[int, int]] = {
    "instagram.square": (1080, 1080),
    "instagram.portrait": (1080, 1350),
    "instagram.grid": (1080, 1440),
    "instagram.landscape": (1080, 566),
    "instagram.profile": (320, 320),
    "facebook.link": (1200, 630),
    "facebook.square": (1200, 1200),
    "facebook.cover": (851, 315),
    "facebook.group-cover": (1640, 856),
    "facebook.event-cover": (1920, 1005),
    "x.post": (1200, 675),
    "x.card": (1200, 628),
    "x.header": (1500, 500),
    "x.profile": (400, 400),
    "linkedin.share": (1200, 627),
    "linkedin.portrait": (720, 900),
    "linkedin.company-cover": (1128, 191),
    "linkedin.article-cover": (1920, 1080),
    "youtube.thumbnail": (1280, 720),
    "youtube.banner": (2560, 1440),
    "youtube.profile": (800, 800),
    "tiktok.video": (1080, 1920),
    "tiktok.square": (640, 640),
    "pinterest.pin": (1000, 1500),
    "pinterest.square": (1000, 1000),
    "pinterest.profile-cover": (800, 450),
    "snapchat.ad": (1080, 1920),
    "twitch.profile-banner": (1200, 480),
    "twitch.offline": (1920, 1080),
    "reddit.banner": (1920, 384),
    "discord.banner": (960, 540),
    "spotify.cover": (3000, 3000),
    "podcast.cover": (1400, 1400),
    "xiaohongshu.cover": (1242, 1660),
    "google-ads.leaderboard": (728, 90),
    "google-ads.rectangle": (300, 250),
    "google-ads.skyscraper": (160, 600),
    "google-ads.billboard": (970, 250),
    "shopify.product": (2048, 2048),
    "amazon.main": (2000, 2000),
    "app-store.icon": (1024, 1024),
    "app-store.iphone": (1290, 2796),
    "play-store.feature": (1024, 500),
    "play-store.icon": (512, 512),
    "web.favicon": (32, 32),
    "web.hero": (1920, 1080),
    "web.4k": (3840, 2160),
    "web.dci-4k": (4096, 2160),
    "wallpaper.ultrawide": (3440, 1440),
    "wallpaper.5k": (5120, 2880),
    "email.header": (600, 200),
    "blog.hero": (1200, 800),
    "kindle.cover": (1600, 2560),
    "dall-e-2.256": (256, 256),
    "dall-e-2.512": (512, 512),
    "gpt-image-1.square": (1024, 1024),
    "gpt-image-1.portrait": (1024, 1536),
    "sd.portrait": (832, 1216),
}

ALIASES: Mapping[str, str] = {
    "apple-podcasts.cover": "podcast.cover",
    "facebook.story": "tiktok.video",
    "instagram.feed": "instagram.portrait",
    "instagram.post": "instagram.square",
    "instagram.reel": "tiktok.video",
    "instagram.story": "tiktok.video",
    "linkedin.post": "linkedin.share",
    "og.link": "facebook.link",
    "pinterest.story": "tiktok.video",
    "rednote.cover": "xiaohongshu.cover",
    "snapchat.story": "tiktok.video",
    "tiktok.cover": "tiktok.video",
    "twitter.card": "x.card",
    "twitter.header": "x.header",
    "twitter.post": "x.post",
    "twitter.profile": "x.profile",
    "web.og": "facebook.link",
    "youtube.short": "tiktok.video",
}
"""Other names: the same place under another name, or another place that takes the same size."""
