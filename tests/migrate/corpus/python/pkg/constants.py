class ImageDefaults:
    MODEL = "dall-e-3"
    SIZE = "1024x1792"
    QUALITY = "hd"
