import os

import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
app.config["OPENAI_KEY"] = os.environ.get("OPENAI_KEY")

OPENAI_URL = "https://api.openai.com/v1/images/generations"


def call_dalle(prompt, size="256x256"):
    headers = {
        "Content-Type": "application/json",
        "Authorization": "Bearer " + app.config["OPENAI_KEY"],
    }
    data = {}
    data["model"] = "dall-e-2"
    data["prompt"] = prompt
    data["size"] = size
    data["response_format"] = "b64_json"
    r = requests.post(OPENAI_URL, headers=headers, json=data)
    r.raise_for_status()
    return r.json()


@app.route("/draw", methods=["POST"])
def draw():
    body = request.get_json()
    out = call_dalle(body["prompt"])
    return jsonify(image=out["data"][0]["b64_json"])
