from io import BytesIO

from PIL import Image, ImageOps

SIZES = ["256x256", "512x512", "1024x1024"]


def thumbs(data: bytes):
    image = Image.open(BytesIO(data))
    for size in SIZES:
        width, height = map(int, size.split("x"))
        yield ImageOps.fit(image, (width, height), method=Image.LANCZOS)


def create(mode="RGBA", size=(512, 512)):
    return Image.new(mode, size)
