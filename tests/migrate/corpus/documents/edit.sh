#!/bin/bash
MODEL="${IMAGE_MODEL:-gpt-image-1}"
for f in in/*.png; do
  curl -s -m 90 -X POST "https://api.openai.com/v1/images/edits" \
    -H "Authorization: Bearer $OPENAI_API_KEY" \
    -F "model=$MODEL" \
    -F "image[]=@$f" \
    -F 'prompt=Make it night' \
    -F "quality=high" -F "size=1024x1024" \
    | jq -r '.data[0].b64_json' | base64 --decode > "out/$(basename "$f")"
done
