import docker

client = docker.from_env()


def rebuild(tag="shop:latest"):
    image, logs = client.images.build(path=".", tag=tag, timeout=60)
    for chunk in logs:
        print(chunk.get("stream", ""))
    client.images.prune(filters={"dangling": True})
    return image.id


def pull(name):
    return client.images.pull(name, tag="latest")
