const ctrl = new AbortController();

export async function hero(prompt) {
  const timer = setTimeout(() => ctrl.abort(), 45000);
  const response = await fetch('https://api.openai.com/v1/images/generations', {
    method: 'POST',
    signal: ctrl.signal,
    headers: {
      'Content-Type': 'application/json',
      'Authorization': 'Bearer ' + process.env.OPENAI_API_KEY
    },
    body: JSON.stringify({
      model: process.env.OPENAI_IMAGE_MODEL || 'gpt-image-1',
      prompt,
      size: '1024x1024',
      quality: 'high',
      n: 1
    })
  });
  clearTimeout(timer);
  if (!response.ok) return null;
  const data = await response.json();
  return data.data[0].b64_json;
}
