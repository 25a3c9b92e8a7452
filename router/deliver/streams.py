"""Deliver an event stream event by event: each is held back until its picture is whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ..changes import Warn
    from .delivery import Delivered


class StreamDelivery:
    """Takes a stream in chunks cut anywhere, and gives it back with the data of each event delivered."""

    __slots__ = ("_deliver", "_held", "_seen", "warnings")

    def __init__(self, deliver: Callable[[bytes], Delivered]) -> None:
        self._deliver = deliver
        self._held = bytearray()
        self._seen = 0  # how far the end of the event was looked for
        self.warnings: tuple[Warn, ...] = ()

    def feed(self, chunk: bytes) -> bytes:
        """Take the next chunk; returns what can be passed on."""
        self._held += chunk
        passed = []
        while (end := END.search(self._held, self._seen)) is not None:
            passed.append(self._event(bytes(self._held[: end.end()])))
            del self._held[: end.end()]
            self._seen = 0
        self._seen = max(len(self._held) - LONGEST_END, 0)
        return b"".join(passed)

    def close(self) -> bytes:
        """The stream is over: what is left was cut, and is passed on as it is."""
        return bytes(self._held)

    def _event(self, event: bytes) -> bytes:
        """An event with its data delivered, where all of it is on one line."""
        data = DATA.findall(event)
        if len(data) != 1 or PICTURE not in data[0]:
            return event
        delivered = self._deliver(data[0])
        self.warnings = tuple(dict.fromkeys((*self.warnings, *delivered.warnings)))
        return event if delivered.body is data[0] else event.replace(data[0], delivered.body, 1)


END: Final = re.compile(rb"\r\n\r\n|\n\n|\r\r")
LONGEST_END: Final = 4
DATA: Final = re.compile(rb"(?:\A|[\r\n])data:[ ]?([^\r\n]*)")
PICTURE: Final = b'"b64_json"'
