"""A request in the making, with all that its decision rests on besides the policy: what a witness is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..engine import Inputs, plan
from ..errors import RequestError
from ..money import usd
from ..request import ImageRequest, read_request
from ..told import FACTS_KEY, TOLD_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from ..catalog import Catalog
    from ..decision import Decision
    from ..policy import Policy

PLAIN = "a lighthouse at dusk"
LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked: `says` has parameters of the body and parts of its `pixroute` key (`tags.plan`), by name.

    `left` is what each limit has left in micro-dollars, `without` the models that earlier attempts ruled out.
    """

    on: date
    provider: str
    says: Mapping[str, object] = field(default_factory=dict)
    left: Mapping[str, int] | int | None = None
    without: tuple[str, ...] = ()

    @property
    def body(self) -> dict[str, object]:
        """The body of the call, its `pixroute` key included."""
        body: dict[str, object] = {"prompt": PLAIN}
        told: dict[str, object] = {}
        for name, value in self.says.items():
            part, _, rest = name.partition(".")
            if part not in TOLD_PARTS:
                body[name] = value
            elif rest:
                told[part] = {**_object(told.get(part)), rest: value}
            else:
                told[part] = value
        return body | {FACTS_KEY: told} if told else body

    def request(self) -> ImageRequest:
        """The request as the engine takes it; raises `RequestError` where it contradicts itself."""
        return read_request(self.body)

    def is_sound(self) -> bool:
        """Whether it does not contradict itself."""
        try:
            self.request()
        except RequestError:
            return False
        return True

    def decide(self, policy: Policy, catalog: Catalog) -> Decision:
        """What becomes of it under a policy."""
        inputs = Inputs(
            on=self.on,
            catalog=catalog,
            provider=self.provider,
            budget_left_micros=self.left,
            without=dict.fromkeys(self.without, "ruled out before"),
        )
        return plan(self.request(), policy, inputs)

    def simpler(self) -> Iterator[Ask]:
        """The same with one thing less."""
        for name in self.says:
            yield replace(self, says={key: value for key, value in self.says.items() if key != name})
        if self.left is not None:
            yield replace(self, left=None)

    def tell(self, usual: Ask) -> str:
        """The request in words, with the day and the provider where they are not the usual ones."""
        day = f" on {self.on}" if self.on != usual.on else ""
        provider = f" at {self.provider}" if self.provider != usual.provider else ""
        return f"{self}{provider}{day}"

    def __str__(self) -> str:
        parts = [_shown(name, value) for name, value in sorted(self.says.items())]
        parts += _money_left(self.left)
        parts += [f"`{model}` ruled out" for model in self.without]
        return "a request with " + ", ".join(parts) if parts else "a request for a plain picture"


def merge(asks: Iterable[Ask], *, start: Ask) -> Ask:
    """One request that asks for all that others ask for beyond a plain one, each for a thing of its own."""
    merged = start
    for ask in asks:
        merged = replace(
            merged,
            says={**merged.says, **ask.says},
            on=max(merged.on, ask.on),
            provider=merged.provider if ask.provider == start.provider else ask.provider,
            left=merged.left if ask.left is None else ask.left,
        )
    return merged


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _shown(name: str, value: object) -> str:
    if name == "prompt" and isinstance(value, str) and len(value) > LONGEST_SHOWN:
        return f"a prompt of {len(value):,} characters"
    if isinstance(value, bool):
        return f"`{name}: {str(value).lower()}`"
    if name == "images" and isinstance(value, (list, tuple)):
        return f"{len(value)} input image{'' if len(value) == 1 else 's'}"
    if isinstance(value, (list, tuple)):
        return f"`{name}: [{', '.join(map(str, value))}]`"
    return f"`{name}: {value}`"


def _money_left(left: Mapping[str, int] | int | None) -> list[str]:
    if left is None:
        return []
    if isinstance(left, int):
        return [f"{usd(left)} USD left"]
    return [f"{usd(amount)} USD left of `{limit}`" for limit, amount in sorted(left.items())]
