"""What a finding says: what happens today, what changes and why, and what stands in the way of a rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..emulator.refusals import refusal
from .cases import FILES, Case
from .codes import Verdict
from .findings import Step
from .rulings import Bench, Ruling
from .sites import Region, Site
from .wants import Clash, Place, Want, sent

NO_URL: Final = "`.url` is null: GPT image models send the picture itself, as `b64_json`"
VARIATION: Final = (
    "variations have no successor: send the picture as an edit, with a prompt that asks for a variation of it"
)
DEPLOY: Final = "an Azure deployment has its model for good: make one of a living model, and name that"
TOOL_HISTORY: Final = "gpt-image-1 until October 2026, then gpt-image-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What surrounds a call: the call itself, the worst ruling on it, and what it was judged by."""

    site: Site
    ruling: Ruling
    bench: Bench


# -- today


def today(rulings: Sequence[Ruling], *, is_dynamic: bool) -> str:
    """What happens to a call as it stands."""
    met = list(dict.fromkeys(refused.told for ruling in rulings for refused in ruling.refused))
    if met:
        failing = sum(bool(ruling.refused) for ruling in rulings)
        where = "" if failing == len(rulings) else f"in {failing} of {len(rulings)} combinations "
        whichever = "whatever the model, " if is_dynamic else ""
        return f"{whichever}{where}{' Once that is mended, '.join(met)}"
    ends = min((ruling.ends for ruling in rulings if ruling.ends), default=None)
    if ends is not None:
        return _later(next(ruling for ruling in rulings if ruling.ends == ends), ends)
    preview = (each.message for ruling in rulings for each in ruling.problems if each.code == "PREVIEW_RELIED_ON")
    asked = rulings[0].asked
    return next(preview, None) or f"a silent change of model and price: {TOOL_HISTORY}, and now {asked}"


def _later(ruling: Ruling, ends: date) -> str:
    taken = "" if ruling.named else f" ({ruling.asked} is taken where no model is named)"
    error = refusal("no_such_model", model=ruling.asked)
    return f"nothing yet{taken}; from {ends} on {error.status}: {error.error['message']}"


# -- what changes


def steps(case: Case, ruling: Ruling) -> Iterator[Step]:
    """What the decision changes in a body, each parameter once, with its reasons."""
    params = sent(ruling, case)
    for name in sorted({**case.body, **params}, key=usual_order):
        before, after = case.body.get(name), params.get(name)
        if name in FILES or name == "prompt" or (before == after and (name in params) == (name in case.body)):
            continue
        reason = _reason(name, ruling)
        yield Step(field=name, before=before, after=after, reason=reason.replace(*AUTO) if before == "auto" else reason)


AUTO: Final = ("where none was asked", "where `auto` was asked")


def usual_order(name: str) -> tuple[int, str]:
    """Parameters in the order in which they are usually written."""
    return (USUAL.index(name) if name in USUAL else len(USUAL), name)


USUAL: Final = ("model", "size", "quality", "background", "output_format")


def _reason(name: str, ruling: Ruling) -> str:
    if name == "model" and ruling.ends:
        return f"{ruling.asked} stops on {ruling.ends}"
    changes = ruling.decision.changes if ruling.decision else ()
    return ", ".join(dict.fromkeys(change.reason for change in changes if change.field == name))


def told(step: Step) -> str:
    """A step in words."""
    if step.after is None:
        return f"drop `{step.field}` ({step.reason})"
    if step.before is None:
        return f"add `{step.field}`: {step.after} ({step.reason})"
    return f"`{step.field}`: {step.before} → {step.after} ({step.reason})"


def fix(verdict: Verdict, changes: Sequence[Step], obstacles: Sequence[str], around: Around) -> str:  # noqa: PLR0917
    """What is to be done, in words."""
    words = [told(step) for step in changes if step.done or verdict in ("runtime", "person")]
    undone = [step.field for step in changes if not step.done and step.before is None]
    if undone and verdict in ("proved", "assumed"):
        names = " and ".join(f"`{name}`" for name in undone)
        words.append(f"where {names} {'is' if len(undone) == 1 else 'are'} left out, it may cost the most there is")
    match verdict:
        case "proved":
            return "; ".join(words)
        case "assumed":
            return f"{'; '.join(words)}. Assumed: {'; '.join(obstacles)}"
        case "runtime":
            why = f"A rewrite alone will not do: {_sentence(obstacles)}"
            return f"{_wrap(around)}; it sends {_sends(changes)}{_crop(around)}. {why}"
        case _:
            return _sentence((*obstacles, *words)) or "look at it"


def _wrap(around: Around) -> str:
    return f'wrap the client: `pixroute.wrap(client, policy="{around.bench.policy_name}")`'


def _sends(changes: Iterable[Step]) -> str:
    """Each parameter once, with every value that it has in one case or another."""
    values: dict[str, list[str]] = {}
    for step in sorted(changes, key=lambda step: step.after is None):
        values.setdefault(step.field, []).append("none" if step.after is None else str(step.after))
    words = (
        f"no `{name}`" if set(each) == {"none"} else f"`{name}` {' or '.join(dict.fromkeys(each))}"
        for name, each in values.items()
    )
    return ", ".join(words) or "what is asked"


def _sentence(parts: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(parts))


def _crop(around: Around) -> str:
    resizes = resized(around.ruling) is not None and around.bench.policy.deliver.size == "keep"
    url = ", and gives the picture as a data URL" if around.ruling.url else ""
    return f"{url}; `deliver: {{size: crop}}` in the policy makes it the size that was asked" if resizes else url


# -- what stands in the way


def denied(ruling: Ruling) -> str | None:
    """Why the engine sends nothing; None where it does."""
    if ruling.invalid is not None:
        return f"the call cannot be read: {ruling.invalid}"
    decision = ruling.decision
    if decision is not None and decision.deny is not None:
        return f"the policy denies it: {decision.deny.message}"
    return None if ruling.legal else "what the policy would send is refused as well"


def resized(ruling: Ruling) -> str | None:
    """How the size that was asked comes about, where no model draws it."""
    plan = ruling.decision.plan if ruling.decision else None
    if plan is None or (plan.crop is None and plan.resize is None):
        return None
    verb = "cut" if plan.resize is None else "resized" if plan.crop is None else "cut and resized"
    return f"{plan.target} is drawn as {plan.canvas}, which has to be {verb} to it"


def reshaped(case: Case, ruling: Ruling) -> str | None:
    """What becomes of a size that was left to the model."""
    after = sent(ruling, case).get("size")
    if case.body.get("size") != "auto" or after in (None, "auto"):
        return None
    return f"`size` `auto` left the shape to the model, and {after} is one shape for all pictures"


def unwritten(names: Iterable[str]) -> Iterator[str]:
    """Why parameters cannot be changed in the source."""
    each = [f"`{name}`" for name in dict.fromkeys(names)]
    if each:
        listed = " and ".join(filter(None, (", ".join(each[:-1]), each[-1])))
        yield f"{listed} {'stands' if len(each) == 1 else 'stand'} nowhere as text that could be changed"


def clashing(places: Mapping[Place, Sequence[Want]], clashes: Mapping[Place, Clash]) -> Iterator[str]:
    """Why words that a call rests on cannot become what it needs."""
    for place in places:
        if place not in clashes:
            continue
        wants = clashes[place].wants
        at = wants[0].at if isinstance(wants[0].at, Region) else wants[0].at.region
        values = ", ".join(dict.fromkeys(_wanted(want) for want in wants))
        yield f"{at.path}:{at.line} would have to be several things at once: {values}"


def _wanted(want: Want) -> str:
    if not want.changes:
        return "as it is" if want.was is None else f"`{want.was}` as it is"
    return "gone" if want.now is None else f"`{want.now}`"
