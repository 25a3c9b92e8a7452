"""The parameters of an image call: one reader for each, from whatever a body holds to what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .errors import RequestError, did_you_mean
from .facts import BACKGROUNDS, COMPLEXITIES, FIDELITIES, FORMATS, MODERATIONS, QUALITIES
from .sizes import Size, parse_size

MAX_PROMPT_CHARS = 32_000  # SDK
MAX_N = 10  # SDK, OAPI
MAX_PARTIAL_IMAGES = 3  # SDK
LONGEST_NUMBER = 9  # digits
LONGEST_SHOWN = 60  # characters
SQUARE = Size(1024, 1024)


def read_prompt(raw: object, key: str) -> str:
    """Read the prompt: text, up to 32,000 characters (SDK)."""
    if not isinstance(raw, str):
        raise RequestError(f"`{key}` must be text, not {show(raw)}", field=key, code="invalid_type")
    if not raw.strip():
        raise RequestError("a prompt is missing", field=key, code="missing_required_parameter")
    if len(raw) > MAX_PROMPT_CHARS:
        raise RequestError(
            f"the prompt has {len(raw):,} characters, more than {MAX_PROMPT_CHARS:,}",
            field=key,
            code="string_above_max_length",
        )
    return raw


def read_text(raw: object, key: str) -> str | None:
    """Read free text; blank text says nothing."""
    if not isinstance(raw, str):
        raise RequestError(f"`{key}` must be text, not {show(raw)}", field=key, code="invalid_type")
    return raw.strip() or None


def read_size(raw: object, key: str) -> Size | None:
    """Read a size in any notation; None is `auto`."""
    if isinstance(raw, Size):
        return raw
    if not isinstance(raw, str):
        raise RequestError(f"`{key}` must be text, not {show(raw)}", field=key, hint="write it as `1024x1024`")
    if raw == "1024x1024":
        return SQUARE
    try:
        return parse_size(raw)
    except RequestError as error:
        raise RequestError(error.message, field=key, code=error.code, hint=error.hint) from None


def number(lowest: int, highest: int) -> Callable[[object, str], int]:
    """Make a reader of whole numbers within a range."""

    def read(raw: object, key: str) -> int:
        value = read_whole(raw, key)
        if value > highest:
            message = f"`{key}` must be at most {highest}, not {value}"
            raise RequestError(message, field=key, code="integer_above_max_value")
        if value < lowest:
            message = f"`{key}` must be at least {lowest}, not {value}"
            raise RequestError(message, field=key, code="integer_below_min_value")
        return value

    return read


def read_whole(raw: object, key: str) -> int:
    """Read a whole number, which may stand as text."""
    if type(raw) is int:
        return raw
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    text = raw.strip() if isinstance(raw, str) else ""
    if text.isascii() and text.removeprefix("-").isdigit() and len(text) <= LONGEST_NUMBER:
        return int(text)
    raise RequestError(f"`{key}` must be a whole number, not {show(raw)}", field=key, code="invalid_type")


def read_flag(raw: object, key: str) -> bool:
    """Read true or false, which may stand as text."""
    value = FLAGS.get(raw.strip().lower()) if isinstance(raw, str) else raw
    if not isinstance(value, bool):
        raise RequestError(f"`{key}` must be true or false, not {show(raw)}", field=key, code="invalid_type")
    return value


FLAGS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}


def choice(choices: Sequence[str], **old: str) -> Callable[[object, str], str]:
    """Make a reader of one of a few words; `old` words are read as new ones."""
    words = {word: word for word in choices} | old

    def read(raw: object, key: str) -> str:
        value = words.get(raw) if isinstance(raw, str) else None
        if value is None and isinstance(raw, str):
            value = words.get(raw.strip().lower())
        if value is None:
            raise RequestError(
                f"`{key}` cannot be {show(raw)}", field=key, hint=did_you_mean(str(raw)[:LONGEST_SHOWN], choices)
            )
        return value

    return read


READERS: Mapping[str, Callable[[object, str], object]] = {
    "prompt": read_prompt,
    "model": read_text,
    "size": read_size,
    "quality": choice((*QUALITIES, "auto"), standard="medium", hd="high"),
    "background": choice(BACKGROUNDS),
    "output_format": choice(FORMATS, jpg="jpeg"),
    "output_compression": number(0, 100),
    "moderation": choice(MODERATIONS),
    "input_fidelity": choice(FIDELITIES),
    "complexity": choice(COMPLEXITIES),
    "n": number(1, MAX_N),
    "stream": read_flag,
    "partial_images": number(0, MAX_PARTIAL_IMAGES),
}


def show(value: object) -> str:
    """Quote a caller's value for a message, cut to a readable length."""
    text = repr(value) if not isinstance(value, str) else value
    return f"`{text}`" if len(text) <= LONGEST_SHOWN else f"`{text[:LONGEST_SHOWN]}…`"
