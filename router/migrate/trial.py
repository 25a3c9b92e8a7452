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
from ..request import read_request
from ..text import read_text
from ..told import NOTHING_GIVEN
from ..trace import comparisons
from .cases import FILES
from .costs import cost_after, cost_before
from .logged import FILE, Logged, Passed
from .models import is_image_model
from .report.words import shown
from .rulings import OURS
from .today import Call, Refused, going, gone, refuse, retired

if TYPE_CHECKING:
    from ..catalog import Catalog, Model
    from ..decision import Decision
    from ..policy import Policy
    from .findings import Cost
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What comes of a request. Equal requests have the very same verdict, so that it can be counted by identity.

    `asked` is the model, that which is implied where none is named. `problem` is the first refusal of the day. `reason`
    is why the policy does not serve it, as a code and in words.
    """

    asked: str
    named: bool
    today: Today
    problem: Refused | None = None
    ends: date | None = None
    after: After
    model: str | None = None
    reason: tuple[str, str] | None = None
    changes: tuple[Changed, ...] = ()
    before: Cost | None = None
    cost: Cost | None = None

    @property
    def is_served(self) -> bool:
        """Whether the policy serves it."""
        return self.after == "served"


Judged: TypeAlias = Verdict | Passed

MOST_KEPT: Final = 50_000
"""Verdicts and readings of prompts that are remembered; then all are forgotten, and it starts anew."""

LONGEST_KEY: Final = 2_000
LONGEST_PROMPT: Final = 32_000
LONGEST_SHOWN: Final = 60


class Judge:
    """Judges requests on one day; those that differ in nothing that anybody reads are judged once.

    What is read of a prompt is its length in bytes, which is paid for, and those facts that a rule of the policy asks
    for. Two requests with these and all else equal have the same verdict, whatever their prompts say.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.catalog = terms.open_catalog()
        self.policy = load_policy(terms.policy, self.catalog)
        self.day = Day(on=terms.on, catalog=self.catalog)
        self._reads = read_of_prompts(self.policy)
        self._reads_text = not TEXT.isdisjoint(self._reads)
        self._verdicts: dict[tuple[object, ...], Judged] = {}
        self._texts: dict[tuple[bytes, bool], tuple[object, ...]] = {}

    def judge(self, logged: Logged) -> Judged:
        """Judge a request, or find it in what was judged before."""
        logged = logged._replace(body=_plain(logged.body), provider=self.terms.provider or logged.provider)
        key = self._key(logged)
        if key is None:
            return self._judge(logged)
        found = self._verdicts.get(key)
        if found is None:
            if len(self._verdicts) >= MOST_KEPT:
                self._verdicts.clear()
            found = self._verdicts[key] = self._judge(logged)
        return found

    def _key(self, logged: Logged) -> tuple[object, ...] | None:
        """All that a verdict rests on; None where the prompt itself may matter."""
        rest = dict(logged.body)
        prompt = rest.pop("prompt", None)
        if not isinstance(prompt, str) or not prompt.strip() or len(prompt) > LONGEST_PROMPT:
            return None
        shape = repr(rest)  # as it is ordered: the first thing that is wrong is what is told
        if len(shape) > LONGEST_KEY:
            return None
        data = prompt.encode("utf-8", "surrogatepass")
        return (
            logged.operation,
            logged.provider,
            shape,
            "" if logged.given is NOTHING_GIVEN else repr(logged.given),
            len(data),
            len(prompt) if "prompt_chars" in self._reads else None,
            self._text(prompt, data, edit=logged.operation == "edit") if self._reads_text else None,
        )

    def _text(self, prompt: str, data: bytes, *, edit: bool) -> tuple[object, ...]:
        """Those facts of a text that the policy reads."""
        place = (blake2b(data, digest_size=16).digest(), edit)
        known = self._texts.get(place)
        if known is None:
            if len(self._texts) >= MOST_KEPT:
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

    def _judge(self, logged: Logged) -> Judged:
        body = {name: value for name, value in logged.body.items() if name != "pixroute" and not _is_left_out(value)}
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
            problem=self._worded(problem, asked, named=bool(named)) if today == "breaks" else None,
            ends=going(model, self.day.on) if model else None,
            after="invalid",
            before=self._before(call, model),
        )
        return self._decided(verdict, call, logged)

    def _variation(self, asked: str, *, named: bool) -> Verdict:
        """Nobody draws variations any more, and no policy changes that."""
        problem = retired(self.day.on, self.catalog)
        return Verdict(
            asked=asked,
            named=named,
            today="breaks" if problem else "works",
            problem=problem,
            after="denied",
            reason=("no_variations", "no model draws variations: edit the picture with a prompt instead"),
        )

    def _today(self, call: Call, model: Model | None, problem: Refused | None) -> Today:
        if problem is not None:
            is_open = call.provider == "azure" if model is None else model.price is None and model.alive(self.day.on)
            return "unknown" if is_open and problem.param == "model" else "breaks"
        return "ends" if model and going(model, self.day.on) else "works"

    def _worded(self, problem: Refused | None, asked: str, *, named: bool) -> Refused | None:
        """A model that does not exist may be gone, implied, or a mistake."""
        if problem is None or problem.code != "MODEL_SHUT_DOWN":
            return problem
        if not named:
            return replace(problem, code="MODEL_IMPLICIT")
        model = next((found for name in self.catalog.providers if (found := self._find(asked, name))), None)
        return problem if model and gone(model, self.day.on) else replace(problem, code="MODEL_UNKNOWN")

    def _find(self, name: str, provider: str) -> Model | None:
        return self.catalog.on(self.day.on, provider).get(name)

    def _before(self, call: Call, model: Model | None) -> Cost | None:
        if model is None or model.price is None:
            return None
        try:
            return cost_before(call, model, self.day)
        except RequestError:
            return None

    def _decided(self, verdict: Verdict, call: Call, logged: Logged) -> Verdict:
        body = {name: value for name, value in logged.body.items() if not _is_left_out(value)}
        given = replace(logged.given, operation="edit" if logged.operation == "edit" else "generate")
        try:
            request = read_request(body, given=given, trust=self.policy.trust_body)
        except RequestError as error:
            return replace(verdict, reason=(error.code, error.message))
        decision = plan(request, self.policy, Inputs(on=self.day.on, catalog=self.catalog, provider=call.provider))
        if decision.deny is not None or decision.params is None:
            return replace(verdict, after="denied", reason=_denial(decision))
        refused = refuse(call, decision.params, self.day)
        return replace(
            verdict,
            after="served" if refused is None else "refused",
            reason=None if refused is None else (refused.code, refused.message),
            model=decision.model,
            changes=_changes(decision),
            cost=cost_after(decision),
        )


def _denial(decision: Decision) -> tuple[str, str]:
    return (decision.deny.code, decision.deny.message) if decision.deny else ("no_able_model", "")


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
    rules = (*policy.guards, *policy.routes, *policy.adjustments, *policy.budget.limits)
    read = {test.fact for rule in rules for test in comparisons(rule.when)}
    return frozenset(read & (TEXT | {"prompt_chars"}))


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
