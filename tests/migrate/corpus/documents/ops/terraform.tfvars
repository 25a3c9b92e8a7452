region = "eu-central-1"
image_model = "gpt-image-1.5"
chat_model = "gpt-4o"
