"""One logged request on trial: does it break on the day, what did it cost, and what does the policy make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, cast

from ..decision import plain
from ..emulator.known import Day
from ..engine import Inputs, plan
from ..errors import RequestError
from ..files import load_catalog, load_policy
from ..money import to_micros
from ..price import BYTES_PER_TOKEN, Drawing, quote
from ..request import read_request
from ..text import read_text
from ..told import FACTS_KEY, NOTHING_GIVEN
from ..trace import comparisons
from .cases import FILES
from .costs import drawn_before
from .logged import FILE, Logged, Passed
from .models import is_image_model
from .report.words import shown
from .rulings import OURS
from .today import Call, Refused, going, gone, refusals, refuse, retired

if TYPE_CHECKING:
    from ..catalog import Catalog, Model
    from ..decision import Decision
    from ..policy import Adjustment, Guard, Limit, Policy, Route
    from ..price import Quote
    from ..request import ImageRequest
    from .sites import Json

Today: TypeAlias = Literal["works", "ends", "breaks", "unknown"]
"""What becomes of a request on the day as it stands; `ends`: it works, and its model's end is near."""

After: TypeAlias = Literal["served", "denied", "invalid", "refused"]
"""What becomes of it by the policy; `refused`: what the policy sends is refused as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What requests are judged by; plain values, so that every process can read the files for itself."""

    policy: str
    on: date
    provider: str | None = None
    overlays: tuple[str, ...] = ()

    def open_catalog(self) -> Catalog:
        """The catalogue with what is laid over it."""
        return load_catalog(self.overlays)


class Changed(NamedTuple):
    """A parameter that the policy changes; `after` is None where it is dropped."""

    field: str
    before: str
    after: str | None
    code: str


class Priced(NamedTuple):
    """A price for a prompt of any length: all but the text in micro-dollars, and the text tokens beside the prompt."""

    expected_micros: int
    ceiling_micros: int
    tokens: int
    most_tokens: int
    picos: int
    n: int

    @classmethod
    def of(cls, quoted: Quote, model: Model, drawing: Drawing) -> Priced:
        """Take the prompt out of a quote."""
        text = next(line for line in quoted.lines if line.what == "text input")
        return cls(
            expected_micros=quoted.expected_micros - text.micros,
            ceiling_micros=quoted.ceiling_micros - text.ceiling_micros,
            tokens=text.tokens - drawing.prompt_bytes // BYTES_PER_TOKEN * drawing.n,
            most_tokens=text.ceiling_tokens - drawing.prompt_bytes * drawing.n,
            picos=model.price.text_input if model.price else 0,
            n=drawing.n,
        )

    def at(self, size: int) -> tuple[int, int]:
        """Expected and ceiling with a prompt of so many bytes, in micro-dollars."""
        return (
            self.expected_micros + to_micros(self.tokens + size // BYTES_PER_TOKEN * self.n, self.picos),
            self.ceiling_micros + to_micros(self.most_tokens + size * self.n, self.picos),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What comes of a request. Equal requests have the very same verdict, so that it can be counted by identity.

    `asked` is the model, that which is implied where none is named. `problems` are all that the API refuses on the day;
    it tells the first. `reason` is why the policy does not serve it, as a code and in words. `before` is what it cost
    while its model lived, `now` what is sent instead.
    """

    asked: str
    named: bool
    today: Today
    problems: tuple[Refused, ...] = ()
    ends: date | None = None
    after: After
    model: str | None = None
    reason: tuple[str, str] | None = None
    changes: tuple[Changed, ...] = ()
    before: Priced | None = None
    now: Priced | None = None

    @property
    def is_served(self) -> bool:
        """Whether the policy serves it."""
        return self.after == "served"


class Judged(NamedTuple):
    """A verdict, and how many bytes the prompt has."""

    verdict: Verdict
    prompt_bytes: int


MOST_VERDICTS: Final = 20_000
MOST_TEXTS: Final = 50_000
"""Verdicts and readings of prompts that are remembered; then all are forgotten, and it starts anew."""

LONGEST_KEY: Final = 2_000
LONGEST_PROMPT: Final = 32_000
LONGEST_SHOWN: Final = 60


class Judge:
    """Judges requests on one day; those that differ in nothing that anybody reads are judged once.

    What is read of a prompt are those facts that a rule of the policy asks for, and its length in bytes, which is paid
    for: that enters the decision only where costs are compared, with a cap or with each other. Two requests with these
    and all else equal have the same verdict, whatever their prompts say.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.catalog = terms.open_catalog()
        self.policy = load_policy(terms.policy, self.catalog)
        self.day = Day(on=terms.on, catalog=self.catalog)
        self._reads = read_of_prompts(self.policy)
        self._is_capped = weighs_costs(self.policy)
        self._reads_text = not TEXT.isdisjoint(self._reads)
        self._verdicts: dict[tuple[object, ...], Verdict | Passed] = {}
        self._texts: dict[tuple[bytes, bool], tuple[object, ...]] = {}

    def judge(self, logged: Logged) -> Judged | Passed:
        """Judge a request, or find it in what was judged before."""
        logged = logged._replace(body=_plain(logged.body), provider=self.terms.provider or logged.provider)
        prompt = logged.body.get("prompt")
        data = prompt.encode("utf-8", "surrogatepass") if isinstance(prompt, str) else b""
        key = self._key(logged, prompt, data) if isinstance(prompt, str) else None
        if key is None:
            verdict = self._judge(logged)
        else:
            found = self._verdicts.get(key)
            if found is None:
                if len(self._verdicts) >= MOST_VERDICTS:
                    self._verdicts.clear()
                found = self._verdicts[key] = self._judge(logged)
            verdict = found
        return verdict if isinstance(verdict, Passed) else Judged(verdict, len(data))

    def _key(self, logged: Logged, prompt: str, data: bytes) -> tuple[object, ...] | None:
        """All that a verdict rests on; None where the prompt itself may matter."""
        if not prompt.strip() or len(prompt) > LONGEST_PROMPT:
            return None
        rest = dict(logged.body)
        del rest["prompt"]
        shape = repr(rest)  # as it is ordered: the first thing that is wrong is what is told
        if len(shape) > LONGEST_KEY:
            return None
        given = logged.given
        capped = self._is_capped or given.max_cost_micros is not None or FACTS_KEY in rest
        return (
            logged.operation,
            logged.provider,
            shape,
            "" if given is NOTHING_GIVEN else repr(given),
            len(data) if capped else None,
            len(prompt) if "prompt_chars" in self._reads else None,
            self._text(prompt, data, edit=logged.operation == "edit") if self._reads_text else None,
        )

    def _text(self, prompt: str, data: bytes, *, edit: bool) -> tuple[object, ...]:
        """Those facts of a text that the policy reads."""
        place = (blake2b(data, digest_size=16).digest(), edit)
        known = self._texts.get(place)
        if known is None:
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            reading = read_text(prompt, edit=edit)
            facts = {
                "text_heavy": reading.heavy,
                "text.score": reading.score,
                "text.quoted_chars": reading.quoted_chars,
                "text.scripts": reading.scripts,
            }
            known = self._texts[place] = tuple(value for name, value in facts.items() if name in self._reads)
        return known

    def _judge(self, logged: Logged) -> Verdict | Passed:
        body = {name: value for name, value in logged.body.items() if name != FACTS_KEY and not _is_left_out(value)}
        call = Call(body=body, operation=logged.operation, provider=logged.provider, surface="log")
        named = body.get("model")
        asked = named if isinstance(named, str) and named else call.implied(self.day.on)
        if logged.provider not in self.catalog.providers:
            return Passed("a provider that the catalogue does not know")
        if is_foreign(asked, self.catalog, logged.provider):
            return Passed("a model of another vendor, or for something else")
        if logged.operation == "variation":
            return self._variation(asked, named=bool(named))
        model = self.catalog.on(self.day.on, logged.provider).get(asked)
        problem = refuse(call, body, self.day)
        today = self._today(call, model, problem)
        verdict = Verdict(
            asked=asked,
            named=bool(named),
            today=today,
            problems=() if problem is None or today == "unknown" else (problem,),
            ends=going(model, self.day.on) if model else None,
            after="invalid",
            before=self._before(call, model),
        )
        verdict, mended = self._decided(verdict, call, logged)
        found = refusals(call, mended, self.day) if verdict.problems else ()
        return replace(verdict, problems=tuple(self._worded(each, verdict) for each in found))

    def _variation(self, asked: str, *, named: bool) -> Verdict:
        """Nobody draws variations any more, and no policy changes that."""
        problem = retired(self.day.on, self.catalog)
        return Verdict(
            asked=asked,
            named=named,
            today="breaks" if problem else "works",
            problems=(problem,) if problem else (),
            after="denied",
            reason=("no_variations", "no model draws variations: edit the picture with a prompt instead"),
        )

    def _today(self, call: Call, model: Model | None, problem: Refused | None) -> Today:
        if problem is not None:
            is_open = call.provider == "azure" if model is None else model.price is None and model.alive(self.day.on)
            return "unknown" if is_open and problem.param == "model" else "breaks"
        return "ends" if model and going(model, self.day.on) else "works"

    def _worded(self, problem: Refused, verdict: Verdict) -> Refused:
        """A model that does not exist may be gone, implied, or a mistake."""
        if problem.code != "MODEL_SHUT_DOWN":
            return problem
        if not verdict.named:
            return replace(problem, code="MODEL_IMPLICIT")
        model = next((found for name in self.catalog.providers if (found := self._find(verdict.asked, name))), None)
        return problem if model and gone(model, self.day.on) else replace(problem, code="MODEL_UNKNOWN")

    def _find(self, name: str, provider: str) -> Model | None:
        return self.catalog.on(self.day.on, provider).get(name)

    def _before(self, call: Call, model: Model | None) -> Priced | None:
        if model is None or model.price is None:
            return None
        try:
            found = drawn_before(call, model, self.day)
        except RequestError:
            return None
        quoted = quote(*found) if found else None
        return Priced.of(quoted, *found) if quoted and found else None

    def _decided(self, verdict: Verdict, call: Call, logged: Logged) -> tuple[Verdict, Mapping[str, object]]:
        """The verdict with what the policy makes of it, and the body that is sent."""
        body = {name: value for name, value in logged.body.items() if not _is_left_out(value)}
        given = replace(logged.given, operation="edit" if logged.operation == "edit" else "generate")
        try:
            request = read_request(body, given=given, trust=self.policy.trust_body)
        except RequestError as error:
            return replace(verdict, reason=(error.code, error.message)), {}
        decision = plan(request, self.policy, Inputs(on=self.day.on, catalog=self.catalog, provider=call.provider))
        if decision.deny is not None or decision.params is None:
            return replace(verdict, after="denied", reason=_denial(decision)), {}
        refused = refuse(call, decision.params, self.day)
        verdict = replace(
            verdict,
            after="served" if refused is None else "refused",
            reason=None if refused is None else (refused.code, refused.message),
            model=decision.model,
            changes=_changes(decision),
            now=self._now(decision, request),
        )
        return verdict, decision.params

    def _now(self, decision: Decision, request: ImageRequest) -> Priced | None:
        model = self._find(decision.model or "", decision.provider)
        n = (decision.params or {}).get("n")
        drawing = Drawing(
            n=n if isinstance(n, int) else 1, prompt_bytes=len(request.prompt.encode("utf-8", "surrogatepass"))
        )
        return Priced.of(decision.quote, model, drawing) if decision.quote and model else None


def _denial(decision: Decision) -> tuple[str, str]:
    """Why a request is denied; the amounts in it aside, so that like ones are counted together."""
    if decision.deny is None:
        return "no_able_model", "nothing is sent"
    limit = decision.deny.details.get("limit")
    if decision.deny.code == "budget_exceeded":
        return decision.deny.code, f"the request may cost more than `{limit}` leaves"
    return decision.deny.code, decision.deny.message


def _changes(decision: Decision) -> tuple[Changed, ...]:
    return tuple(
        Changed(each.field, _shown(each.before), _shown(each.after) if each.action == "set" else None, each.code)
        for each in decision.changes
    )


def _shown(value: object) -> str:
    """A value as a report shows it, cut to a readable length."""
    if value is None:
        return "nothing"
    text = shown(cast("Json", plain(value)))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def is_foreign(name: str, catalog: Catalog, provider: str) -> bool:
    """Whether a model is none of OpenAI's for images; what stands behind an Azure deployment, nobody can tell."""
    if provider == "azure" or name in catalog.on(DAY, provider):
        return False
    return not (is_image_model(name) or name.startswith(OURS))


DAY: Final = date(2026, 1, 1)
"""Any day: a catalogue knows all its names on each."""

TEXT: Final = frozenset({"text_heavy", "text.score", "text.quoted_chars", "text.scripts"})


def read_of_prompts(policy: Policy) -> frozenset[str]:
    """The facts of a prompt that a policy's rules read."""
    rules: list[Guard | Route | Adjustment | Limit] = [*policy.guards, *policy.routes]
    rules += [*policy.adjustments, *policy.budget.limits]
    read = {test.fact for rule in rules for test in comparisons(rule.when)}
    return frozenset(read & (TEXT | {"prompt_chars"}))


def weighs_costs(policy: Policy) -> bool:
    """Whether a decision may rest on a cost: with a cap on each request, or with the cheapest of several models."""
    return policy.budget.per_request_micros is not None or any(route.cheapest for route in policy.routes)


# -- what does not matter


def _plain(body: Mapping[str, object]) -> Mapping[str, object]:
    """A body without what differs from call to call and matters to nobody: whose it is, and what is in its files."""
    if not BUSY & body.keys():
        return body
    return {name: _stand_in(name, value) for name, value in body.items()}


def _stand_in(name: str, value: object) -> object:
    if name in WHOSE and isinstance(value, str) and value.strip():
        return WHO
    if name.partition("[")[0] not in FILES or value is None:
        return value
    return [FILE] * len(cast("list[object]", value)) if isinstance(value, list) else FILE


WHOSE: Final = frozenset({"user", "safety_identifier"})
WHO: Final = "somebody"
BUSY: Final = WHOSE | {*FILES, "image[]", "images[]"}


def _is_left_out(value: object) -> bool:
    """Whether a value is what OpenAI's package prints for an argument that was not given."""
    return isinstance(value, str) and value in LEFT_OUT


LEFT_OUT: Final = frozenset({"NOT_GIVEN", "Omit()", "omit"})
