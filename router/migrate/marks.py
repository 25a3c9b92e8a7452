"""From a mark to a finding: what rests on a model's name, on how it answers, or on how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from ..engine import Inputs, plan
from ..request import read_request
from .advice import NO_URL
from .codes import CODES, Severity, Verdict
from .edits import Edit, replace
from .findings import Finding, Problem
from .models import is_image_model
from .rulings import Bench
from .sites import Mark, MarkKind
from .today import going, gone

if TYPE_CHECKING:
    from ..catalog import Model

PATIENCE_S: Final = 180
"""A time-out below this cuts slow pictures off (FACTS 9)."""

ENOUGH_S: Final = 300  # GH:vercel-labs/ai-cli#63
MS_PER_S: Final = 1000
LONGEST_NAME: Final = len("gpt-image-2.5-sunburst")


class Said(NamedTuple):
    """What a mark comes to: how bad it is, what is wrong, what happens today, and what to do."""

    severity: Severity
    message: str
    today: str
    fix: str
    verdict: Verdict = "person"
    edit: Edit | None = None


def judge_mark(mark: Mark, bench: Bench, *, wrapped: bool = False) -> Finding | None:
    """Judge a mark; None where it does not matter. `wrapped` is whether a policy could serve the call it rests on."""
    code, read = KINDS[mark.kind]
    said = read(mark, bench)
    if said is None:
        return None
    if wrapped and mark.kind == "reads_url":
        said = said._replace(
            verdict="runtime", fix=f'wrap the client, with policy="{bench.policy_name}": it gives a data URL'
        )
    return Finding(
        path=mark.path,
        line=mark.line,
        column=mark.column,
        surface=mark.surface,
        verdict=said.verdict,
        problems=(Problem(code=code, severity=said.severity, message=said.message),),
        today=said.today,
        fix=said.fix,
        text=mark.text,
        in_test=mark.in_test,
        edits=(said.edit,) if said.edit is not None else (),
    )


# -- how it answers


def _reads_url(_: Mark, bench: Bench) -> Said | None:
    if bench.catalog.on(bench.on)["dall-e-3"].alive(bench.on):
        return None
    return Said("error", NO_URL, NO_URL, "read `b64_json` and decode it, or serve the picture from your own storage")


def _reads_revised_prompt(_: Mark, bench: Bench) -> Said | None:
    if bench.catalog.on(bench.on)["dall-e-3"].alive(bench.on):
        return None
    message = "`revised_prompt` is null: only DALL·E 3 sent one"
    return Said("warning", message, message, "do without it, or keep the prompt that was sent")


def _short_timeout(mark: Mark, bench: Bench) -> Said | None:
    seconds = mark.value
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < PATIENCE_S:
        return None
    message = f"{seconds:g} seconds are less than a slow picture takes"
    today = "a slow picture is cut off, and billed all the same"
    edit = _longer(mark, bench)
    words = f"allow {ENOUGH_S} seconds"
    if edit is None:
        return Said("warning", message, today, words)
    return Said("warning", message, today, f"{words}. Assumed: nothing else has to be quicker", "assumed", edit)


def _longer(mark: Mark, bench: Bench) -> Edit | None:
    """The edit that allows more time, in seconds or milliseconds, whichever the source has."""
    written = mark.written
    if written is None or written.shared or not isinstance(mark.value, (int, float)):
        return None
    text = bench.files.read(mark.path)[written.region.start : written.region.end].decode(errors="replace")
    try:
        number = float(text.replace("_", ""))
    except ValueError:
        return None
    for unit in (1, MS_PER_S):
        if number == mark.value * unit:
            now = float(ENOUGH_S) if "." in text else ENOUGH_S * unit
            return replace(bench.files.read(mark.path), written, was=None, now=now)
    return None


def _retries(_mark: Mark, _: Bench) -> Said:
    message = "each attempt that was cut off may be billed"
    return Said(
        "note", message, message, "repeat only what was refused before it was drawn, with a 429; a 5xx may be billed"
    )


# -- names of models


class Life(NamedTuple):
    """What became of a name: since when it is gone, or from when on it will be."""

    name: str
    day: date
    is_over: bool

    def __str__(self) -> str:
        return f"{self.name} was shut down on {self.day}" if self.is_over else f"{self.name} stops on {self.day}"


def _lives(mark: Mark, bench: Bench) -> list[Life]:
    """The ends of the models that a mark names, whole or by how their names begin."""
    values = mark.value if isinstance(mark.value, list) else [mark.value]
    return [life for value in values if isinstance(value, str) for life in _life(value, bench)]


def _life(value: str, bench: Bench) -> Iterator[Life]:
    name = value.rpartition("/")[2]
    models = bench.catalog.on(bench.on, bench.provider or "openai")
    family = [models[name]] if name in models else [each for id, each in models.items() if name and id.startswith(name)]
    lives = [_end(model, bench.on) for model in family]
    ends = [life for life in lives if life is not None]
    if ends and len(ends) == len(lives):
        yield max(ends, key=lambda life: life.day)._replace(name=value)


def _end(model: Model, on: date) -> Life | None:
    over, coming = gone(model, on), going(model, on)
    day = over or coming
    return None if day is None else Life(model.id, day, over is not None)


def _compares(mark: Mark, bench: Bench) -> Said | None:
    lives = _lives(mark, bench)
    if not lives:
        return None
    over = all(life.is_over for life in lives)
    today = "the branch is for a model that does not answer any more" if over else f"nothing yet; {_told(lives)}"
    return Said("warning", _told(lives), today, "decide which branch the new model belongs to, or ask what it can do")


def _lists(mark: Mark, bench: Bench) -> Said | None:
    lives = _lives(mark, bench)
    if not lives:
        return None
    over = any(life.is_over for life in lives)
    today = "whoever picks it gets an error" if over else f"nothing yet; {_told(lives)}"
    return Said("warning", _told(lives), today, "take it off the list, and add the models that are to be offered")


def _told(lives: list[Life]) -> str:
    return "; ".join(map(str, lives))


def _caps_length(mark: Mark, _: Bench) -> Said:
    cap = mark.value if isinstance(mark.value, int) else None
    name = f"names such as `gpt-image-2.5-sunburst` have {LONGEST_NAME} characters"
    message = f"room for {cap} characters; {name}" if cap is not None and cap < LONGEST_NAME else (
        f"room for {cap} characters; a picture as base64 or a data URL has millions" if cap is not None else name
    )  # fmt: skip
    return Said(
        "warning", message, "what is too long is cut off or refused", "make room, or store the picture elsewhere"
    )


def _names(mark: Mark, bench: Bench) -> Said | None:
    lives = _lives(mark, bench)
    if not lives:
        return None
    life = lives[0]
    severity: Severity = "error" if life.is_over else "warning"
    today = f"400: The model '{life.name}' does not exist." if life.is_over else f"nothing yet; {life}"
    heir = _heir(life.name, bench)
    if heir is None:
        return Said(severity, str(life), today, "name a living model")
    words = f"`{life.name}` → {heir} ({life})"
    edit = _renamed(mark, heir, bench)
    if edit is None:
        return Said(severity, str(life), today, words)
    return Said(severity, str(life), today, f"{words}. Assumed: the calls that read it take it", "assumed", edit)


def _heir(name: str, bench: Bench) -> str | None:
    """The model that the engine takes for a plain picture of an old one."""
    bare = name.rpartition("/")[2]
    provider = bench.provider or "openai"
    request = read_request({"prompt": "a picture", "model": bare})
    inputs = Inputs(on=bench.on, catalog=bench.catalog, provider=provider, without={bare: "it stops"})
    model = plan(request, bench.policy, inputs).model
    return None if model is None else name.removesuffix(bare) + model


def _renamed(mark: Mark, heir: str, bench: Bench) -> Edit | None:
    if mark.written is None or not isinstance(mark.value, str) or not is_image_model(mark.value):
        return None
    return replace(bench.files.read(mark.written.region.path), mark.written, was=mark.value, now=heir)


def _pins_sdk(_mark: Mark, _: Bench) -> Said:
    return Said(
        "note",
        CODES["SDK_PINNED"].summary,
        "nothing: it sends what it is given, and knows none of the new parameters",
        "allow `openai>=3`, whose types know the models of today",
    )


KINDS: Final[Mapping[MarkKind, tuple[str, Callable[[Mark, Bench], Said | None]]]] = {
    "reads_url": ("READS_URL", _reads_url),
    "reads_revised_prompt": ("READS_REVISED_PROMPT", _reads_revised_prompt),
    "short_timeout": ("TIMEOUT_TOO_SHORT", _short_timeout),
    "retries": ("RETRIES_BILLED", _retries),
    "compares_model": ("MODEL_COMPARED", _compares),
    "lists_model": ("MODEL_LISTED", _lists),
    "caps_length": ("LENGTH_CAPPED", _caps_length),
    "names_model": ("MODEL_NAMED", _names),
    "pins_sdk": ("SDK_PINNED", _pins_sdk),
}
