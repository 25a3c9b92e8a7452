$headers = @{ Authorization = "Bearer $env:OPENAI_API_KEY" }
$body = @{
    model  = "dall-e-3"
    prompt = "a harbour"
    size   = "1024x1024"
    n      = 1
} | ConvertTo-Json
$r = Invoke-RestMethod -Uri "https://api.openai.com/v1/images/generations" -Method Post -Headers $headers -ContentType "application/json" -Body $body
Invoke-WebRequest -Uri $r.data[0].url -OutFile harbour.png
