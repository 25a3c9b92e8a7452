import openai, os, base64, json, requests
from openai import OpenAI
import replicate

client: OpenAI | None = None

def init():
    global client
    client = OpenAI()

def a(prompt):
    return client.images.generate(model="dall-e-3", prompt=prompt)

class Cfg:
    def __init__(self):
        self.data = json.load(open("config.json"))

def b(cfg: Cfg, prompt):
    return OpenAI(api_key=cfg.data["key"]).images.generate(model=cfg.data["image_model"], prompt=prompt, size="256x256")

MODELS = {"fast": "gpt-image-1-mini", "best": "gpt-image-1"}

def c(kind, prompt):
    c = OpenAI()
    return c.images.generate(model=MODELS[kind], prompt=prompt, size="1024x1024", quality="low")

def d(prompt, **kw):
    kw.setdefault("model", "dall-e-3")
    kw.setdefault("size", "1024x1024")
    with OpenAI() as cl:
        return cl.images.generate(prompt=prompt, **kw)

def e(prompt):
    fn = OpenAI().images.generate
    return fn(model="gpt-image-1", prompt=prompt, size="1024x1024", quality="low")

def f(prompts):
    cl = OpenAI()
    return [cl.images.generate(model="gpt-image-1", prompt=p, size="1024x1024", quality="low") for p in prompts]

def g(prompt):
    s = requests.Session()
    s.headers.update({"Authorization": "x"})
    r = s.post(os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1") + "/images/generations", json=dict(model="gpt-image-1", prompt=prompt))
    data = r.json()
    for item in data["data"]:
        print(item["url"])

def h(prompt):
    body = {"model": "dall-e-3", "prompt": prompt} | {"size": "1024x1024", "style": "vivid"}
    r = requests.request("POST", "https://api.openai.com/v1/images/generations", json=body)
    return r.json()["data"][0]["b64_json"]

def i(prompt):
    from openai import AzureOpenAI
    az = AzureOpenAI(azure_deployment="gpt-image-1", api_version="x", azure_endpoint="y", api_key="z")
    return az.images.generate(prompt=prompt, n=1, size="1024x1024")

def j(prompt):
    try:
        r = client.images.generate(prompt=prompt, model="gpt-image-1", size="1024x1024", quality="low", extra_body={"input_fidelity": "high"})
    except openai.OpenAIError:
        r = client.images.generate(prompt=prompt, model="dall-e-3", quality="standard")
    d = r.data[0]
    return d.url or base64.b64decode(d.b64_json)

def k(prompt):
    m = getattr(client, "images")
    return m.generate(model="dall-e-2", prompt=prompt, size="1024x1024")

from dataclasses import dataclass
@dataclass
class ImageParams:
    model: str = "gpt-image-1"
    size: str = "1024x1024"
    quality: str = "high"
def l(prompt, p=None):
    p = p or ImageParams()
    return client.images.generate(prompt=prompt, **vars(p))

def m(prompt):
    image_model = "gpt-image-1"
    image_model = image_model if prompt else "dall-e-3"
    return client.images.generate(prompt=prompt, model=image_model)

async def n(session, prompt):
    async with session.post("https://api.openai.com/v1/images/edits", data={"model": "gpt-image-1"}) as r:
        return await r.json()
