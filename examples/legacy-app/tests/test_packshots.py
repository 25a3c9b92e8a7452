from unittest.mock import MagicMock

from openai import OpenAI


def test_a_packshot_is_drawn_by_the_usual_model():
    client = MagicMock(spec=OpenAI)
    client.images.generate(model="gpt-image-1", prompt="a mug", size="1024x1024", quality="low")
    client.images.generate.assert_called_once()
