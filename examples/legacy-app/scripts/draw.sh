#!/usr/bin/env bash
# Draws one picture, to see whether the key works.
set -euo pipefail

curl -s --max-time 60 https://api.openai.com/v1/images/generations \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "gpt-image-1",
    "prompt": "a mug",
    "size": "1024x1024",
    "quality": "low"
  }' | jq -r '.data[0].b64_json' | base64 --decode > mug.png

curl -s https://api.openai.com/v1/images/edits \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -F model=gpt-image-1 -F "image[]=@mug.png" -F prompt="Put it on an oak table" -F input_fidelity=high \
  | jq -r '.data[0].b64_json' | base64 --decode > table.png

# and with the words of a year ago: "model": "dall-e-3"
curl -s https://api.openai.com/v1/images/generations \
  -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" \
  -d '{"model": "gpt-image-2", "prompt": "a mug", "size": "1024x1024", "quality": "low"}' > answer.json
