import json
import sys

from openai import OpenAI


def lines(prompts):
    for i, prompt in enumerate(prompts):
        yield {
            "custom_id": f"img-{i}",
            "method": "POST",
            "url": "/v1/images/generations",
            "body": {"model": "gpt-image-1", "prompt": prompt, "size": "1024x1024", "quality": "low"},
        }


def main():
    with open("batch.jsonl", "w") as f:
        for line in lines(sys.stdin.read().splitlines()):
            f.write(json.dumps(line) + "\n")
    client = OpenAI()
    upload = client.files.create(file=open("batch.jsonl", "rb"), purpose="batch")
    client.batches.create(input_file_id=upload.id, endpoint="/v1/images/generations", completion_window="24h")
