import openstack

conn = openstack.connect()


def images(prefix):
    return [i for i in conn.image.images() if i.name.startswith(prefix)]


def create(name, path):
    image = conn.image.create_image(name=name, filename=path, disk_format="qcow2", timeout=60)
    return image.url if hasattr(image, "url") else image.id


def edit(client, image):
    return client.images.edit(image, name="new")
