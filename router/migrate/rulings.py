"""One body, judged: what happens to it today, what the engine sends instead, and what both cost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from ..deliver import is_wanted
from ..emulator.known import Day
from ..engine import Inputs, plan
from ..errors import RequestError
from ..request import read_request
from .costs import cost_after, cost_before
from .findings import Cost, Problem
from .models import is_image_model
from .today import Call, Refused, going, gone, refusals, refuse

if TYPE_CHECKING:
    from ..catalog import Catalog, Model
    from ..decision import Decision
    from ..policy import Policy
    from .sites import Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What everything is judged by: a policy, a day, the catalogue; and the files that are judged.

    `policy_name` is what the user calls the policy. `provider` is None where each call says whose it is.
    """

    policy: Policy
    catalog: Catalog
    on: date
    files: Files
    policy_name: str = "pixroute:migrate-from-gpt-image-1"
    provider: str | None = None
    rulings: dict[str, Ruling] = field(default_factory=dict)

    @property
    def day(self) -> Day:
        """The emulator's day."""
        return Day(on=self.on, catalog=self.catalog)

    def find(self, name: str | None, provider: str) -> Model | None:
        """A model as it is on that day, by any of its names."""
        return self.catalog.on(self.on, provider).get(name) if name else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What comes of one body.

    `refused` is what it meets today. `ends` is the day on which its model ends, if that is soon. `legal` says whether
    the API takes what the decision sends. `url` says whether a wrapped client's caller
    finds the picture in `.url`. `only` are the parameters that matter where the model is not known.
    """

    asked: str
    named: bool
    problems: tuple[Problem, ...]
    refused: tuple[Refused, ...] = ()
    ends: date | None = None
    decision: Decision | None = None
    invalid: str | None = None
    legal: bool = False
    only: frozenset[str] | None = None
    url: bool = False
    before: Cost | None = None
    after: Cost | None = None


def rule(call: Call, bench: Bench) -> Ruling:
    """Judge a body; equal ones are judged once."""
    key = json.dumps([call.operation, call.provider, call.surface, call.body], sort_keys=True, default=str)
    if key not in bench.rulings:
        bench.rulings[key] = _rule(call, bench)
    return bench.rulings[key]


def _rule(call: Call, bench: Bench) -> Ruling:
    named = call.body.get("model")
    asked = named if isinstance(named, str) and named else call.implied(bench.on)
    model = bench.find(asked, call.provider)
    ends = going(model, bench.on) if model else None
    decision, invalid = _decide(call, bench, without={model.id: _stops(model, ends)} if model and ends else {})
    mended = dict(decision.params or {}) if decision else {}
    known = model is None or model.price is not None or gone(model, bench.on) is not None
    refused = tuple(refusals(call, mended, bench.day)) if known else ()
    ruling = Ruling(
        asked=asked,
        named=bool(named),
        problems=(),
        refused=refused,
        ends=ends,
        decision=decision,
        invalid=invalid,
        legal=bool(mended) and refuse(call, mended, bench.day) is None,
        url=decision is not None and _gives_url(decision, bench.policy),
        before=_price(call, model, bench),
        after=cost_after(decision) if decision else None,
    )
    return replace(ruling, problems=tuple(sorted(_problems(ruling, call, bench), key=lambda each: each.rank)))


def _decide(call: Call, bench: Bench, *, without: Mapping[str, str]) -> tuple[Decision | None, str | None]:
    edits = call.operation == "edit" or (call.is_tool and "input_fidelity" in call.body)
    try:
        request = read_request({**call.body}, operation="edit" if edits else "generate")
    except RequestError as error:
        return None, error.message
    inputs = Inputs(on=bench.on, catalog=bench.catalog, provider=call.provider, without=without)
    return plan(request, bench.policy, inputs), None


def _price(call: Call, model: Model | None, bench: Bench) -> Cost | None:
    if model is None or model.price is None:
        return None
    try:
        return cost_before(call, model, bench.day)
    except RequestError:
        return None


def _gives_url(decision: Decision, policy: Policy) -> bool:
    only_urls = replace(policy, deliver=replace(policy.deliver, size="keep"))
    return decision.params is not None and is_wanted(decision, only_urls)


# -- what is wrong, in words


def _problems(ruling: Ruling, call: Call, bench: Bench) -> Iterator[Problem]:
    for refused in ruling.refused:
        code = _code_of_model(ruling, call, bench) if refused.code == "MODEL_SHUT_DOWN" else refused.code
        yield Problem(code=code, severity="error", message=refused.message)
    if call.is_tool and not ruling.named:
        yield Problem(code="MODEL_IMPLICIT", severity="warning", message=f"no model is named: it is {ruling.asked} now")
    elif not ruling.named and ruling.ends:
        message = f"no model is named: {ruling.asked} is taken, which stops on {ruling.ends}"
        yield Problem(code="MODEL_IMPLICIT", severity="warning", message=message)
    elif ruling.ends:
        message = f"{ruling.asked} stops on {ruling.ends}"
        yield Problem(code="MODEL_SHUTS_DOWN", severity="warning", message=message)
    if _relies_on_preview(ruling, call, bench):
        message = f"{ruling.asked} draws transparent backgrounds as a preview, which may be withdrawn"
        yield Problem(code="PREVIEW_RELIED_ON", severity="warning", message=message)


def _relies_on_preview(ruling: Ruling, call: Call, bench: Bench) -> bool:
    model = bench.find(ruling.asked, call.provider)
    if model is None or model.transparency != "preview" or call.body.get("background") != "transparent":
        return False
    return not ruling.refused and f"{model.id}.transparency" not in bench.policy.allow.preview


def _code_of_model(ruling: Ruling, call: Call, bench: Bench) -> str:
    if not ruling.named:
        return "MODEL_IMPLICIT"
    known = bench.find(ruling.asked, call.provider) or bench.find(ruling.asked, "openai")
    return "MODEL_SHUT_DOWN" if known is not None and gone(known, bench.on) else "MODEL_UNKNOWN"


def _stops(model: Model, ends: date | None) -> str:
    return f"{model.id} stops on {ends}"


def is_foreign(name: object, bench: Bench, provider: str) -> bool:
    """Whether a model's name is none of OpenAI's: what it takes is not known here."""
    if not name:
        return False
    if not isinstance(name, str):
        return True
    return bench.find(name, provider) is None and not (is_image_model(name) or name.startswith(OURS))


OURS = ("gpt-image", "dall-e", "dalle", "chatgpt-image")
