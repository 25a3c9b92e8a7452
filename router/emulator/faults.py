"""What can go wrong on request: a table of faults, and the queue that they wait in."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from .asked import Asked
from .orders import Canvas
from .refusals import RefusedError, refusal

Options: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The call that a fault strikes."""

    asked: Asked
    request_id: str
    moment: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What happens to one call, step by step; without anything set it goes well.

    `refusal` is answered instead of a picture; after the work was done and billed where `billed`, and then in the
    midst of the stream where there is one and `in_stream`. `reset` cuts the connection: before the work, after it, or
    during the answer. `cut_after` ends an event stream after so many events.
    """

    delay_s: float = 0.0
    refusal: RefusedError | None = None
    billed: bool = False
    in_stream: bool = False
    reset: Literal["before", "during", "after"] | None = None
    cut_after: int | None = None
    fewer_partials: bool = False
    no_usage: bool = False
    usage_factor: int = 1
    opaque: bool = False
    canvas: Canvas | None = None
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of fault: what it is, its options with their defaults, and the script it plays."""

    about: str
    options: Options = field(default_factory=dict)
    play: Callable[[Occasion, Options], Script]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that waits; for any call, or for calls of one model or operation."""

    name: str
    options: Options
    delay_s: float = 0.0
    times: int = 1
    model: str | None = None
    operation: str | None = None

    def strikes(self, asked: Asked) -> bool:
        """Whether a call is one that it waits for."""
        return self.model in (None, asked.model) and self.operation in (None, asked.operation)

    def play(self, occasion: Occasion) -> Script:
        """What happens to the call."""
        kind = KINDS[self.name]
        return replace(kind.play(occasion, {**kind.options, **self.options}), delay_s=self.delay_s)

    def to_dict(self) -> dict[str, object]:
        """The fault as it was asked for."""
        given = {"times": self.times, "delay": self.delay_s, "model": self.model, "operation": self.operation}
        return {"fault": self.name, **self.options, **{name: value for name, value in given.items() if value}}


class Queue:
    """Faults in the order in which they strike."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def take(self, asked: Asked) -> Fault | None:
        """Take the first fault that waits for such a call."""
        for place, fault in enumerate(self.waiting):
            if fault.strikes(asked):
                rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self.waiting[place : place + 1] = rest
                return fault
        return None


# --- what each fault does


def _refuse(name: str, *, billed: bool = False) -> Callable[[Occasion, Options], Script]:
    """A fault that is one of the known answers."""

    def play(occasion: Occasion, options: Options) -> Script:
        words = {"model": occasion.asked.model, "request_id": occasion.request_id, **options}
        return Script(refusal=refusal(name, **words), billed=billed)

    return play


def _rate_limit(occasion: Occasion, options: Options) -> Script:
    try_again, retry_after = options["try_again"], options["retry_after"]
    refused = refusal(
        "rate_limit",
        model=occasion.asked.model,
        try_again=f" Please try again in {try_again}s." if try_again else "",
        **{name: options[name] for name in ("limit", "used", "requested")},
    )
    refused.headers = {"retry-after": str(retry_after)} if retry_after else {}
    return Script(refusal=refused)


def _moderation(occasion: Occasion, options: Options) -> Script:
    stage, categories = options["stage"], options["categories"]
    listed = [str(each) for each in categories] if isinstance(categories, (list, tuple)) else [str(categories)]
    late = stage == "output"
    if occasion.asked.provider == "azure":
        refused = refusal("azure_content_filter")
        refused.beside = {"created": occasion.moment}
    else:
        refused = refusal("moderation", request_id=occasion.request_id, categories=", ".join(listed))
        refused.error["moderation_details"] = {"moderation_stage": stage, "categories": listed}
    return Script(refusal=refused, billed=late, in_stream=late)


def _server_error(occasion: Occasion, options: Options) -> Script:
    refused = refusal("server_error", request_id=occasion.request_id)
    return Script(refusal=refused, billed=bool(options["billed"]))


def _stream_error(occasion: Occasion, _: Options) -> Script:
    refused = refusal("server_error", request_id=occasion.request_id)
    return Script(refusal=refused, billed=True, in_stream=True)


def _reset(_: Occasion, options: Options) -> Script:
    when = {"before": "before", "during": "during", "after": "after"}.get(str(options["when"]))
    if when is None:
        raise _unreadable("`when` is `before`, `during` or `after`", "when")
    return Script(reset=when)  # type: ignore[arg-type] # one of the three


def _other_size(occasion: Occasion, options: Options) -> Script:
    width, _, height = str(options["size"]).partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise _unreadable("`size` is written as `1024x1024`", "size")
    other = occasion.asked.params.get("size") == options["size"]
    return Script(canvas=(int(height) + 512, int(width)) if other else (int(width), int(height)))


def _bad_gateway(_: Occasion, options: Options) -> Script:
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return Script(page=page, billed=bool(options["billed"]))


KINDS: Mapping[str, Kind] = {
    "delay": Kind(about="waits before it answers; `delay` goes with every fault", play=lambda _, __: Script()),
    "rate_limit": Kind(
        about="429; `try_again` puts seconds into the message, `retry_after` into the header",
        options={"try_again": 12, "retry_after": None, "limit": 5, "used": 5, "requested": 1},
        play=_rate_limit,
    ),
    "n_above_limit": Kind(
        about="429 that can never pass: more pictures at once than a minute's limit",
        options={"try_again": None, "retry_after": None, "limit": 5, "used": 0, "requested": 10},
        play=_rate_limit,
    ),
    "quota": Kind(about="429, the account's quota is used up", play=_refuse("quota")),
    "billing_hard_limit": Kind(about="400, the account's hard limit is reached", play=_refuse("billing_hard_limit")),
    "server_error": Kind(
        about="500, before or after the work was billed", options={"billed": False}, play=_server_error
    ),
    "bad_gateway": Kind(about="502 with a page instead of JSON", options={"billed": False}, play=_bad_gateway),
    "reset": Kind(
        about="the connection breaks `before` the work, `during` the answer, or `after` the work, without an answer",
        options={"when": "before"},
        play=_reset,
    ),
    "stream_cut": Kind(
        about="the event stream ends after so many events, without the completed one",
        options={"after": 1},
        play=lambda _, options: Script(cut_after=_whole(options, "after")),
    ),
    "stream_error": Kind(about="an error event instead of the completed one; 500 if not streamed", play=_stream_error),
    "fewer_partials": Kind(about="only the first partial image comes", play=lambda _, __: Script(fewer_partials=True)),
    "moderation": Kind(
        about="400, refused at the `input` stage unbilled, or at the `output` stage after the picture was billed",
        options={"stage": "input", "categories": ("sexual",)},
        play=_moderation,
    ),
    "model_not_found": Kind(about="400, the model does not exist, however alive it is", play=_refuse("no_such_model")),
    "org_not_verified": Kind(about="403, the organisation is not verified", play=_refuse("org_not_verified")),
    "transparency_refused": Kind(about="400, no transparent background", play=_refuse("no_transparency")),
    "parameter_refused": Kind(
        about="400, one parameter is unknown", options={"param": "quality"}, play=_refuse("unknown_parameter")
    ),
    "missing_usage": Kind(about="an answer without `usage`", play=lambda _, __: Script(no_usage=True)),
    "usage_above": Kind(
        about="usage and bill are so many times what they should be",
        options={"factor": 10},
        play=lambda _, options: Script(usage_factor=_whole(options, "factor")),
    ),
    "opaque": Kind(about="an opaque picture, whatever was asked", play=lambda _, __: Script(opaque=True)),
    "other_size": Kind(
        about="a picture of another size than was asked", options={"size": "1024x1024"}, play=_other_size
    ),
}


def _whole(options: Options, name: str) -> int:
    value = options[name]
    if type(value) is not int or value < 0:
        raise _unreadable(f"`{name}` is a whole number, not `{value}`", name)
    return value


# --- reading what is asked for


def read_faults(body: object) -> list[Fault]:
    """Read one fault or a list of them; raises `RefusedError`."""
    return [_fault(each) for each in body] if isinstance(body, list) else [_fault(body)]


def read_header(text: str) -> Fault:
    """Read `name; option=value`, or a fault as JSON; raises `RefusedError`."""
    if text.lstrip().startswith("{"):
        try:
            return _fault(json.loads(text))
        except ValueError:
            raise _unreadable("the header is no JSON", "x-emulator-fault") from None
    name, *pairs = [part.strip() for part in text.split(";")]
    options = {key.strip(): _value(value.strip()) for key, _, value in (pair.partition("=") for pair in pairs if pair)}
    return _fault({"fault": name, **options})


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fault(asked: object) -> Fault:
    if isinstance(asked, str):
        asked = {"fault": asked}
    if not isinstance(asked, dict) or "fault" not in asked:
        raise _unreadable('a fault is a name, or an object such as {"fault": "rate_limit", "retry_after": 2}', "fault")
    name = str(asked["fault"])
    if name not in KINDS:
        raise _unreadable(f"there is no fault `{name}`{_near(name, tuple(KINDS))}", "fault")
    options = {key: value for key, value in asked.items() if key not in COMMON}
    for key in options:
        if key not in KINDS[name].options:
            raise _unreadable(f"`{name}` has no option `{key}`{_near(key, (*KINDS[name].options, *COMMON))}", key)
    fault = Fault(
        name=name,
        options=options,
        delay_s=_seconds(asked.get("delay", 0)),
        times=_whole({"times": 1, **asked}, "times"),
        model=asked.get("model"),
        operation=asked.get("operation"),
    )
    fault.play(REHEARSAL)  # so that what cannot be played is refused now, and not when it strikes
    return fault


REHEARSAL = Occasion(asked=Asked(operation="generate", provider="openai", params={}), request_id="", moment=0)


COMMON = ("fault", "times", "delay", "model", "operation")


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LONGEST_DELAY:
        raise _unreadable(f"`delay` is seconds, 0 to {LONGEST_DELAY}, not `{value}`", "delay")
    return float(value)


LONGEST_DELAY = 3600


def _near(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f": did you mean `{close[0]}`?" if close else f": known are {', '.join(known)}"


def _unreadable(message: str, param: str) -> RefusedError:
    return refusal("emulator", message=message, param=param)
