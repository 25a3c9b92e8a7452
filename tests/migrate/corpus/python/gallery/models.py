from django.conf import settings
from django.db import models


class Artwork(models.Model):
    MODEL_CHOICES = [
        ("dall-e-2", "DALL-E 2"),
        ("dall-e-3", "DALL-E 3"),
    ]

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    prompt = models.TextField()
    ai_model = models.CharField(max_length=10, choices=MODEL_CHOICES, default="dall-e-3")
    picture = models.ImageField(upload_to="art/", blank=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.prompt[:40]
