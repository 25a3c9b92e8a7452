import json
import os

import azure.functions as func
from openai import AzureOpenAI

app = func.FunctionApp()


@app.route(route="draw")
def draw(req: func.HttpRequest) -> func.HttpResponse:
    client = AzureOpenAI(
        api_version="2024-02-01",
        api_key=os.environ["AZURE_OPENAI_API_KEY"],
        azure_endpoint=os.environ["AZURE_OPENAI_ENDPOINT"],
    )
    result = client.images.generate(
        model=os.environ["DALLE_DEPLOYMENT"],
        prompt=req.get_json()["prompt"],
        style="vivid",
        n=1,
    )
    url = json.loads(result.model_dump_json())["data"][0]["url"]
    return func.HttpResponse(url)
