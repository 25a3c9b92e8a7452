import base64

import streamlit as st
from openai import OpenAI

st.set_page_config(page_title="Dream machine")

api_key = st.sidebar.text_input("API key", type="password")
model_choice = st.sidebar.selectbox("Model", ["dall-e-3", "gpt-image-1"])
prompt = st.text_area("What do you want to see?")

if st.button("Generate") and prompt:
    client = OpenAI(api_key=api_key)
    with st.spinner("Painting..."):
        response = client.images.generate(
            model=model_choice,
            prompt=prompt,
            size="1024x1024",
            n=1,
        )
    st.image(base64.b64decode(response.data[0].b64_json))
