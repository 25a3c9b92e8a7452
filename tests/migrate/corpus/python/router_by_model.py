from openai import OpenAI

client = OpenAI()


def build_params(model: str, prompt: str, size: str):
    params = {"model": model, "prompt": prompt, "size": size}
    if model == "dall-e-3":
        params["style"] = "natural"
    elif model in {"gpt-image-1", "gpt-image-1-mini"}:
        params["moderation"] = "low"
    return params
