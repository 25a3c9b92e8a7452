"""An event stream on its way to the caller: passed on chunk by chunk, looked at, and delivered as the policy says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..deliver import StreamDelivery, deliver, is_wanted
from .answers import Events

if TYPE_CHECKING:
    from ..policy import Policy
    from .attempts import Attempt


class Passage:
    """Takes the chunks of a stream and gives what the caller gets, and at its end what became of the attempt."""

    def __init__(self, attempt: Attempt, policy: Policy) -> None:
        self._attempt = attempt
        self._events = Events()
        self._is_over = False
        wanted = attempt.mode == "enforce" and is_wanted(attempt.decision, policy)
        self._delivery = StreamDelivery(partial(deliver, decision=attempt.decision, policy=policy)) if wanted else None

    def feed(self, chunk: bytes) -> bytes:
        """Take the next chunk; returns what can be passed on."""
        self._events.feed(chunk)
        return chunk if self._delivery is None else self._delivery.feed(chunk)

    def rest(self) -> bytes:
        """What is left to pass on when the stream has ended by itself."""
        return b"" if self._delivery is None else self._delivery.close()

    def close(self) -> Attempt | None:
        """The stream is over, by itself or because the caller has had enough; None where it was before."""
        if self._is_over:
            return None
        self._is_over = True
        warnings = () if self._delivery is None else self._delivery.warnings
        return self._attempt.streamed(self._events.close(), warnings)
