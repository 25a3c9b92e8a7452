import gradio as gr
import openai


def draw(prompt, quality):
    out = openai.images.generate(model="gpt-image-1-mini", prompt=prompt, quality=quality, size="1024x1024")
    return "data:image/png;base64," + out.data[0].b64_json


gr.Interface(draw, [gr.Textbox(), gr.Radio(["low", "medium", "high"])], gr.HTML()).launch()
