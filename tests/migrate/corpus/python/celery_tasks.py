import logging

from celery import shared_task
from django.core.cache import cache
from openai import OpenAI

logger = logging.getLogger(__name__)


@shared_task(bind=True, max_retries=3, default_retry_delay=10)
def illustrate(self, article_id, prompt):
    client = OpenAI()
    try:
        res = client.images.generate(model="gpt-image-1", prompt=prompt, quality="high", size="1536x1024")
    except Exception as exc:
        logger.warning("failed: %s", exc)
        raise self.retry(exc=exc)
    cache.set(f"article:{article_id}", res.data[0].b64_json, 3600)
