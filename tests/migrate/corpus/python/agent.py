from agents import Agent, ImageGenerationTool, Runner, trace

agent = Agent(
    name="Image generator",
    instructions="You are a helpful agent.",
    tools=[
        ImageGenerationTool(
            tool_config={"type": "image_generation", "quality": "low"},
        )
    ],
)


async def main():
    with trace("Image generation example"):
        result = await Runner.run(agent, "Create an image of a frog eating a pizza")
        print(result.final_output)
