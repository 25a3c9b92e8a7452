"""A policy as typed values that remember where they stand; `language.py` reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from .errors import Place
from .facts import BACKGROUNDS, COMPLEXITIES, FIDELITIES, FORMATS, MODERATIONS, QUALITIES

NOWHERE = Place("", 0, 0)
Scalar: TypeAlias = bool | int | str | Fraction | date
Value: TypeAlias = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """One comparison. `want` is typed by the fact: a tuple for `in`, `not_in`, `any_of`, `all_of` and `between`.

    Money is in micro-dollars, an aspect a `Fraction`, a day a `date`.
    """

    fact: str
    op: str
    want: Value
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Holds if every part does; with no parts it always holds."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Any:
    """Holds if at least one part does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Holds if its part is known not to."""

    part: Condition


Condition: TypeAlias = Compare | All | Any | Not


BoundOperator: TypeAlias = Literal["exactly", "at_least", "at_most", "one_of", "drop"]
EXACT: Final = "exactly"
LEAST: Final = "at_least"
MOST: Final = "at_most"
ONE_OF: Final = "one_of"
DROP: Final = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What a rule demands of a parameter: `exactly`, `at_least`, `at_most`, `one_of` (with `otherwise`) or `drop`."""

    param: str
    op: BoundOperator
    want: str | int | bool | tuple[str, ...] | None = None
    otherwise: str | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter that rules may bound: by which operators, and the values it can be bound to."""

    name: str
    operators: tuple[BoundOperator, ...]
    words: tuple[str, ...] = ()  # lowest first where `at_least` is among the operators
    numbers: range | None = None


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        parameter.name: parameter
        for parameter in (
            Parameter(name="size", operators=(EXACT,)),
            Parameter(name="quality", operators=(EXACT, LEAST, MOST, ONE_OF, DROP), words=QUALITIES),
            Parameter(name="complexity", operators=(EXACT, LEAST, MOST, ONE_OF, DROP), words=COMPLEXITIES),
            Parameter(name="input_fidelity", operators=(EXACT, LEAST, MOST, ONE_OF, DROP), words=FIDELITIES),
            Parameter(name="n", operators=(EXACT, LEAST, MOST), numbers=range(1, 11)),
            Parameter(name="partial_images", operators=(EXACT, LEAST, MOST, DROP), numbers=range(4)),
            Parameter(name="output_compression", operators=(EXACT, LEAST, MOST, DROP), numbers=range(101)),
            Parameter(name="background", operators=(EXACT, ONE_OF, DROP), words=BACKGROUNDS),
            Parameter(name="output_format", operators=(EXACT, ONE_OF, DROP), words=FORMATS),
            Parameter(name="moderation", operators=(EXACT, ONE_OF, DROP), words=MODERATIONS),
            Parameter(name="user", operators=(DROP,)),
            Parameter(name="safety_identifier", operators=(DROP,)),
            Parameter(name="style", operators=(DROP,)),
            Parameter(name="response_format", operators=(DROP,)),
        )
    }
)
"""Which operators each parameter takes in `set`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Denies what it holds for; `unknown` says what happens where it cannot be known (None: not written, denies)."""

    id: str
    when: Condition
    code: str
    message: str
    unknown: Literal["deny", "skip"] | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A model that a route names (`asked` is the one the caller named), with bounds of its own."""

    model: str
    set: tuple[Bound, ...] = ()
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Names the candidates: in order of preference, or cheapest first."""

    id: str
    to: tuple[Target, ...]
    when: Condition = All()
    cheapest: bool = False
    set: tuple[Bound, ...] = ()
    why: str | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Bounds that apply wherever it holds, after the route's own."""

    id: str
    set: tuple[Bound, ...]
    when: Condition = All()
    why: str | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a limit starts afresh: a calendar period in a zone, a rolling span, or never."""

    kind: Literal["hour", "day", "week", "month", "rolling", "forever"]
    zone: str = "UTC"
    seconds: int | None = None  # of a rolling window


SECONDS: Mapping[str, int] = MappingProxyType({"s": 1, "m": 60, "h": 3600, "d": 86_400})
"""The units of a rolling window, as they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A cap on spending: `scope` is `all` (empty here) or the tags that share it, `amount_micros` per window."""

    id: str
    amount_micros: int
    scope: tuple[str, ...] = ()
    window: Window = Window(kind="forever")
    missing: Literal["deny", "share", "exempt"] = "deny"
    when: Condition = All()
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder: lower a parameter to its floor, or go to a cheaper model (`param` is `model`)."""

    param: Literal["model", "partial_images", "quality", "size", "n"]
    floor: str | int | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a request may cost and what is given up before it is refused."""

    per_request_micros: int | None = None
    limits: tuple[Limit, ...] = ()
    when_short: tuple[Rung, ...] = ()


ABILITIES = ("transparency", "edit", "mask", "markup", "gif", "svg")
"""What an invariant may ask of a model, by `with` and `without`."""
OUTCOMES = ("route", "deny")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One comparison on a decision: `outcome`, `route`, `model` (also `with`/`without` an ability) or `params.NAME`."""

    about: str
    op: Literal["is", "in", "not_in", "lt", "lte", "gt", "gte", "exists", "with", "without"]
    want: str | int | bool | tuple[str | int | bool, ...]
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """What must never come out; it decides nothing and is tried by tests. Broken when every claim holds."""

    id: str
    never: tuple[Claim, ...]
    given: Condition = All()
    why: str | None = None
    at: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeSettings:
    """How a size is made legal; `max_crop` is the share of a canvas that may be cut away."""

    fit: Literal["cover", "nearest", "reject"] = "cover"
    max_crop: Fraction = Fraction(1, 50)
    experimental: Literal["warn", "deny", "allow"] = "warn"
    beyond_ratio: Literal["deny", "crop"] = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """What may be relied on though it is not certain: `preview` as `MODEL.transparency`, models' estimated prices."""

    preview: frozenset[str] = frozenset()
    estimated_prices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """What is done with the pictures that come back."""

    size: Literal["keep", "crop"] = "keep"
    url: Literal["none", "data"] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings:
    """How the ledger behaves when it cannot be sure; `wait_ms` is how long a call waits for held money."""

    unreachable: Literal["deny", "allow"] = "deny"
    restarts: Literal["deny", "trust"] = "deny"
    unknown_after_lease: Literal["spent", "release"] = "spent"
    wait_ms: int = 0


TRUSTED: tuple[str, ...] = ("needs", "tags", "max_cost_usd", "operation", "images", "mask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy, checked; deciding with it cannot fail. `tags` None leaves the set of tags open."""

    name: str
    routes: tuple[Route, ...]
    description: str = ""
    as_of: date | None = None
    tags: Mapping[str, tuple[str, ...]] | None = None  # () is any value
    defaults: Mapping[str, str | int | bool] = field(default_factory=dict)
    sizes: SizeSettings = SizeSettings()
    guards: tuple[Guard, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    budget: Budget = Budget()
    invariants: tuple[Invariant, ...] = ()
    allow: Allow = Allow()
    aliases: Mapping[str, str] = field(default_factory=dict)
    trust_body: tuple[str, ...] = TRUSTED
    deliver: Deliver = Deliver()
    masks: Literal["guided", "exact"] = "guided"
    provenance: Literal["keep", "may_drop"] = "may_drop"
    retry_ambiguous: Literal["never", "once"] = "never"
    ledger: LedgerSettings = LedgerSettings()
    alerts: tuple[int, ...] = (50, 80, 100)
    revision: str = field(default="", compare=False)
    path: str = field(default="", compare=False)

    def __hash__(self) -> int:
        # What is compiled from a policy is kept by it; hashing every rule each time would cost more than matching.
        return hash((self.name, self.revision))
