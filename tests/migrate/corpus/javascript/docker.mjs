import Docker from "dockerode";

const docker = new Docker();

export async function images() {
  const all = await docker.listImages();
  return all.filter((i) => i.RepoTags?.some((t) => t.startsWith("painter")));
}

export async function generate(images, options) {
  return images.generate({ model: options.model, size: "512x512" });
}
