"""A whole decision, stage by stage, against a JSON round trip of the same request.

The policy has a hundred rules. The requests are those of an app that was written for gpt-image-1: every call has a
prompt of 250 to 350 characters that was never seen before, so that nothing is remembered of it. The first route asks
for legible text, so that every prompt is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from router import engine
from router.adjust import Ground, fit
from router.afford import Candidate, Ladder
from router.app import Router
from router.decide import choose
from router.decision import Decision
from router.engine import Case, Inputs
from router.files import load_catalog
from router.language import parse_policy
from router.policy import Policy
from router.price import quote
from router.request import ImageRequest, read_request
from router.told import Given
from tests.benchmarks.timing import clock, compare

ON = date(2026, 11, 23)
PROMPTS = Path(__file__).parents[1] / "data" / "text_prompts.jsonl"
LENGTHS = range(250, 351)  # characters
SHORT_MICROS = 90_000  # of money left, where the ladder has to step down
JSON = "json.loads(json.dumps(body))"

SHAPES: tuple[dict[str, object], ...] = (
    {"model": "gpt-image-1", "size": "1536x1024", "quality": "high", "n": 1},
    {"model": "gpt-image-1", "size": "1024x1024", "quality": "medium", "output_format": "webp", "n": 1},
    {"model": "gpt-image-1", "size": "1024x1536", "quality": "high", "background": "transparent", "n": 1},
    {"model": "gpt-image-2", "size": "1920x1080", "quality": "high", "output_format": "jpeg", "n": 1},
    {"model": "gpt-image-2", "size": "1024x1024", "quality": "low", "n": 2, "user": "u-4711"},
)
"""Requests as apps send them, prompts aside."""

POLICY = """
pixroute: 1
name: a-hundred-rules
tags: {{plan: [free, trial, paid], tenant: any}}
guards:
  - id: big-pictures-are-for-paid-plans
    when: {{pixels: {{gt: 3686400}}, tags.plan: {{in: [free, trial]}}}}
    deny: {{code: paid_plan_needed, message: pictures above 2K need a paid plan}}
routes:
  - id: legible-text
    when: {{text_heavy: true}}
    to: [gpt-image-2, gpt-image-1.5]
    set: {{quality: {{at_least: medium}}}}
{tenants}
  - {{id: keep-the-alpha-channel, when: {{transparent: true}}, to: [asked, gpt-image-1.5]}}
  - {{id: everything-else, to: [asked, gpt-image-2]}}
adjustments:
  - {{id: few-for-free, when: {{tags.plan: free}}, set: {{n: {{at_most: 1}}, quality: {{at_most: medium}}}}}}
budget:
  per_request: 2
  when_short:
    - {{lower: partial_images, floor: 0}}
    - {{lower: quality, floor: low}}
    - {{lower: size, floor: 1048576}}
    - {{lower: n, floor: 1}}
"""
TENANT = (
    "  - {{id: tenant-{0}, when: {{tags.tenant: t{0}, {1}}}, to: [gpt-image-2], set: {{quality: {{at_most: high}}}}}}"
)
MORE = ("quality: high", "transparent: false", "pixels: {gt: 2000000}", "output_format: {in: [jpeg, webp]}", "n: 1")


def read_policy() -> Policy:
    """A hundred rules: most are for single tenants, the rest for everyone."""
    tenants = "\n".join(TENANT.format(place, MORE[place % len(MORE)]) for place in range(95))
    return parse_policy(POLICY.format(tenants=tenants))


def prompts() -> list[str]:
    """All prompts of that length in the test data."""
    rows = [json.loads(line)["prompt"] for line in PROMPTS.read_text(encoding="utf-8").splitlines()]
    return [prompt for prompt in rows if len(prompt) in LENGTHS]


def fresh(texts: Sequence[str], salt: int) -> Iterator[dict[str, object]]:
    """Bodies whose prompts were never seen: each ends in a number of its own."""
    for place, text in enumerate(texts):
        tags = {"tenant": f"t{place}", "plan": "paid"}
        yield {"prompt": f"{text} {salt}-{place}", **SHAPES[place % len(SHAPES)], "pixroute": {"tags": tags}}


class Stages:
    """One round: a batch of new requests, taken through one stage after the other."""

    def __init__(self, bodies: Sequence[dict[str, object]], policy: Policy, inputs: Inputs) -> None:
        self.bodies = bodies
        self.policy = policy
        self.inputs = inputs
        self.requests: list[ImageRequest] = []
        self.cases: list[Case] = []
        self.choices: list[engine.Choice] = []
        self.seen: list[tuple[engine.Seen, ...]] = []
        self.offers: list[engine.Offer] = []
        self.ladders: list[Ladder] = []
        self.decisions: list[Decision] = []

    def read_requests(self) -> None:
        trust = self.policy.trust_body
        self.requests = [read_request(body, given=Given(), trust=trust) for body in self.bodies]

    def read_facts(self) -> None:
        self.cases = [engine._open(request, self.policy, self.inputs) for request in self.requests]

    def read_texts(self) -> None:
        for case in self.cases:
            _ = case.facts.text

    def match(self) -> None:
        self.choices = [choose(case.policy, case.facts) for case in self.cases]

    def fit(self) -> None:
        for case, choice in zip(self.cases, self.choices, strict=True):
            for each in engine._candidates(case, choice):
                if isinstance(each, Candidate) and _is_able(case.request, each, case.ground):
                    break

    def offer(self) -> None:
        self.seen = [engine._candidates(*pair) for pair in zip(self.cases, self.choices, strict=True)]
        found = (engine._first_offer(*each) for each in zip(self.cases, self.choices, self.seen, strict=True))
        self.offers = [offer for offer in found if offer]

    def quote(self) -> None:
        for offer in self.offers:
            quote(offer.fitted.model, offer.fitted.drawing)

    def descend(self) -> None:
        self.ladders = [
            Ladder(request=case.request, ground=case.ground, rivals=(), offer=offer)
            for case, offer in zip(self.cases, self.offers, strict=True)
        ]
        for ladder in self.ladders:
            ladder.descend(self.policy.budget.when_short, SHORT_MICROS)

    def close(self) -> None:
        self.decisions = [
            engine._route(case, choice, ladder, seen=seen)
            for case, choice, ladder, seen in zip(self.cases, self.choices, self.ladders, self.seen, strict=True)
        ]

    def to_dicts(self) -> None:
        for decision in self.decisions:
            decision.to_dict()


def _is_able(request: ImageRequest, candidate: Candidate, ground: Ground) -> bool:
    return not isinstance(fit(request, candidate.model, ground, demands=candidate.demands), engine.Skipped)


STAGES: dict[str, Callable[[Stages], None]] = {
    "read the request": Stages.read_requests,
    "facts": Stages.read_facts,
    "text": Stages.read_texts,
    "match": Stages.match,
    "fit": Stages.fit,
    "fit and quote": Stages.offer,
    "quote": Stages.quote,
    "ladder, when short": Stages.descend,
    "decision": Stages.close,
    "to_dict, with trace and id": Stages.to_dicts,
}
WHOLE = "decide"
WHOLE_SHORT = "decide, when short"
WHOLE_DICT = "decide and to_dict"


def run(*, rounds: int = 30) -> dict[str, object]:
    """Time every stage of new requests in every round, the whole in the same rounds."""
    catalog = load_catalog()
    policy, texts = read_policy(), prompts()
    router = Router(policy, catalog)
    inputs = Inputs(on=ON, catalog=catalog)
    _check(router, Stages([*fresh(texts, -1)], policy, inputs))
    seconds: dict[str, list[float]] = {name: [] for name in (JSON, *STAGES, WHOLE, WHOLE_SHORT, WHOLE_DICT)}
    for turn in range(rounds):
        stages = Stages([*fresh(texts, 4 * turn)], policy, inputs)
        for name, stage in STAGES.items():
            seconds[name].append(clock(partial(stage, stages)))
        rest = [*fresh(texts, 4 * turn + 1)]
        seconds[WHOLE_SHORT].append(clock(partial(_decide, router, [*fresh(texts, 4 * turn + 2)], SHORT_MICROS / 1e6)))
        seconds[WHOLE_DICT].append(clock(partial(_decide_to_dict, router, [*fresh(texts, 4 * turn + 3)])))
        seconds[JSON].append(clock(partial(_round_trip, rest)))
        seconds[WHOLE].append(clock(partial(_decide, router, rest)))
    timings = compare(seconds, base=JSON, calls=len(texts))
    rows = [{"stage": name, "us": timing.micros, "ratio": timing.ratio} for name, timing in timings.items()]
    rules = len(policy.guards) + len(policy.routes) + len(policy.adjustments)
    return {"rules": rules, "requests": len(texts), "rounds": rounds, "rows": rows}


def _round_trip(bodies: Sequence[dict[str, object]]) -> None:
    for body in bodies:
        json.loads(json.dumps(body))


def _decide(router: Router, bodies: Sequence[dict[str, object]], left: float | None = None) -> None:
    for body in bodies:
        router.decide(body, on=ON, budget_left_usd=left)


def _decide_to_dict(router: Router, bodies: Sequence[dict[str, object]]) -> None:
    for body in bodies:
        router.decide(body, on=ON).to_dict()


def _check(router: Router, stages: Stages) -> None:
    """The stages, one by one, come to the same as the whole; this warms everything that is remembered, too."""
    for stage in STAGES.values():
        stage(stages)
    for body, decision in zip(stages.bodies, stages.decisions, strict=True):
        whole = router.decide(body, on=ON, budget_left_usd=SHORT_MICROS / 1e6)
        if (whole.model, whole.params) != (decision.model, decision.params):
            message = f"{whole.params} as a whole, {decision.params} by stages"
            raise AssertionError(message)
