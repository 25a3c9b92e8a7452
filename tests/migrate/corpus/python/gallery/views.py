import requests
from django.conf import settings
from django.core.files.base import ContentFile
from django.http import JsonResponse
from django.views import View
from openai import OpenAI, OpenAIError

from .models import Artwork

SIZES = {"wide": "1792x1024", "tall": "1024x1792", "square": "1024x1024"}


class GenerateView(View):
    def post(self, request):
        prompt = request.POST.get("prompt", "").strip()
        if not prompt:
            return JsonResponse({"error": "prompt required"}, status=400)

        client = OpenAI(api_key=settings.OPENAI_API_KEY)
        try:
            response = client.images.generate(
                model="dall-e-3",
                prompt=prompt,
                size=SIZES.get(request.POST.get("shape"), "1024x1024"),
                quality="hd",
                n=1,
            )
        except OpenAIError as e:
            return JsonResponse({"error": str(e)}, status=502)

        image_url = response.data[0].url
        art = Artwork(owner=request.user, prompt=prompt)
        art.picture.save("art.png", ContentFile(requests.get(image_url, timeout=30).content))
        return JsonResponse({"id": art.pk})
