from unittest.mock import patch

from openai import OpenAI


@patch("service.OpenAI")
def test_paint(mock):
    mock.return_value.images.generate.return_value.data = []
    client = OpenAI(api_key="x")
    client.images.generate(model="dall-e-2", prompt="x", size="256x256", response_format="b64_json")
