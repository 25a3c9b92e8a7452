"""A provider that answers at once, in a process of its own so that its time is not measured: `python answering.py`.

It prints its port. What it answers is said by the path: `/1024/v1/images/generations` has 1024 characters of picture.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import lru_cache

USAGE = {"input_tokens": 9, "output_tokens": 196, "total_tokens": 205}


@lru_cache
def answer(length: int) -> bytes:
    """An answer with a picture of so many characters."""
    told = {"created": 1, "background": "opaque", "output_format": "png", "quality": "low", "size": "1024x1024"}
    body = json.dumps({**told, "data": [{"b64_json": "iVBORw0KGgo" + "A" * length}], "usage": USAGE}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection until it is closed."""
    while True:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            break
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        await reader.readexactly(int(fields["content-length"]))
        writer.write(answer(int(head.split("/")[1])))
        await writer.drain()
    writer.close()


async def main() -> None:
    """Listen on a free port until the process is ended."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
