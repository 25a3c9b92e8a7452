"""Settings that name a model, without a call in sight: by the key, which has to look like that of a setting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..kinds import is_test
from ..sites import Choice, Mark, MarkKind, Origin, Parameter, Reading, Site, Skipped
from .bodies import TELLING, Body, choice, literal, site, whole, with_whole
from .names import OTHERS, WITH_DEFAULT, named_model
from .text import Text
from .tree import Entry, Node, Row, Table, Value, word

WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SETTING: Final = frozenset({
    "model", "models", "modelid", "modelname", "deployment", "deployments", "deploymentname", "engine", "engines",
    "image", "images", "imagemodel", "img", "dalle", "dall", "generator", "artist", "drawing", "fallback", "fallbacks",
})  # fmt: skip
"""Words of which a setting's key has one."""
PROSE: Final = frozenset({
    "description", "descriptions", "help", "title", "label", "comment", "comments", "note", "notes", "text", "prompt",
    "content", "message", "messages", "example", "examples", "changelog", "price", "prices", "pricing", "cost", "costs",
    "doc", "docs", "documentation", "tooltip", "placeholder", "url", "href", "link", "tag", "tags", "keyword",
    "keywords", "topics", "display", "badge", "caption", "alt", "summary", "readme", "hint", "rate", "rates", "usage",
    "deprecated", "history", "result", "results", "output", "outputs", "response", "responses", "assistants",
})  # fmt: skip
"""Words in a key, or in one above it, that make it no setting."""
GENERAL: Final = frozenset({"default", "value", "name", "id", "slug", "key", "defaultvalue", "const", "fallback"})
"""Keys that say nothing themselves: the one above counts."""
RECORDED: Final = frozenset({
    "created", "created_at", "createdat", "timestamp", "updated_at", "updatedat", "usage", "b64_json", "revised_prompt",
    "cost", "duration", "elapsed", "date", "input_cost_per_token", "output_cost_per_token", "input_cost_per_image",
    "output_cost_per_image", "output_cost_per_image_token", "price", "pricing", "prices", "cost_per_image", "owned_by",
    "context_window", "max_tokens", "contextwindow", "contextlength", "context_length", "image_url", "imageurl",
    "filename", "file_path", "filepath", "generated_at", "generatedat", "sha256", "hash", "release_date", "knowledge",
})  # fmt: skip
"""Beside a model's name these make a record of what was done, or an entry of a catalogue with prices."""
CHOICES: Final = frozenset({"enum", "choices", "options", "models", "values", "allowed", "allowedvalues", "supported"})
ANY_HOST: Final = re.compile(r"https?://[^/\s\"'}]+")
ADDRESSES: Final = frozenset({("base", "url"), ("api", "base"), ("api", "base", "url"), ("baseurl",)})
ENDINGS: Final = frozenset({("base", "url"), ("api", "base"), ("api", "url"), ("api", "endpoint"), ("baseurl",)})
DEPLOYMENT: Final = frozenset({"deployment", "deployments"})
"""Keys whose value its owner chose, so that no other can be put there."""
QUOTES: Final = frozenset({b'"', b"'"})
MOST: Final = 40
"""A document that names more is a catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A model's name as the value of a setting; `key` is what it is called, `start` where that stands."""

    key: str
    start: int
    end: int
    model: str
    model_start: int
    model_end: int
    listed: bool = False
    replaceable: bool = True


@lru_cache(maxsize=8192)
def words_of(key: str) -> tuple[str, ...]:
    """The words of a key, whatever way they are joined."""
    return tuple(found.lower() for found in WORDS.findall(key))


def is_setting(keys: Sequence[str]) -> bool:
    """Whether the last of some keys, or when it says nothing the one above, is one of a setting."""
    if any(PROSE & set(words_of(key)) for key in keys[-3:]):
        return False
    telling = [key for key in keys if key.lower() not in GENERAL]
    return bool(telling) and is_setting_key(telling[-1])


def is_setting_key(key: str) -> bool:
    """Whether a key has a word of which settings have one."""
    words = words_of(key)
    return bool(SETTING & {*words, "".join(words)}) and not PROSE & set(words)


def find_named(root: Node, text: Text, keys: tuple[str, ...] = ()) -> Iterator[Named]:
    """The settings below a node whose value is a model's name."""
    if isinstance(root, Table):
        yield from in_table(root, text, keys)
    elif isinstance(root, Row):
        yield from in_row(root, text, keys)


def in_table(table: Table, text: Text, keys: tuple[str, ...]) -> Iterator[Named]:
    """Those of a table; one with prices, dates or results in it is a record."""
    called = table.word("name") or table.word("key")
    for entry in table.entries:
        above = (*keys, called) if called and entry.key in {"value", "default", "defaultValue"} else keys
        if isinstance(entry.node, Value):
            if is_named(entry.node) and not is_record(table) and not served_by_others(entry, table):
                yield from named(entry, text, (*above, entry.key))
        elif not PROSE & set(words_of(entry.key)):
            yield from find_named(entry.node, text, (*above, entry.key))


def is_record(table: Table) -> bool:
    """Whether a table has what only records and catalogues have."""
    return bool(RECORDED & {key.lower() for key in table.keys})


def named(entry: Entry, text: Text, keys: tuple[str, ...]) -> Iterator[Named]:
    """A model's name, alone or as the default of a variable."""
    node = entry.node
    if isinstance(node, Value) and (is_setting(keys) or has_setting(node)) and not named_model(entry.key):
        listed = entry.key in {"id", "name", "slug", "key"} or (entry.key == "value" and keys[-2:-1] != ("default",))
        yield from name_in(node, text, key=keys[-1], start=entry.start, listed=listed and is_choice(keys))


def has_setting(value: Value) -> bool:
    """Whether a value is a variable with a default, and the variable is called like a setting."""
    found = WITH_DEFAULT.fullmatch(value.value) if isinstance(value.value, str) else None
    return found is not None and is_setting_key(found["variable"])


def is_choice(keys: Sequence[str]) -> bool:
    """Whether some keys lead to a list of what can be chosen, rather than to a choice."""
    return len(keys) > 1 and bool(CHOICES & {keys[-2].lower(), *words_of(keys[-2])})


def name_in(node: Value, text: Text, *, key: str, start: int, listed: bool = False) -> Iterator[Named]:
    """The model's name that a value is."""
    if not isinstance(node.value, str) or node.formula:
        return
    found = named_model(node.value.strip()) or WITH_DEFAULT.fullmatch(node.value)
    if found:
        name = found["name"]
        at = text.data.find(name.encode(), node.start, node.end)
        yield Named(
            key=key,
            start=start,
            end=node.end + (text.data[node.end : node.end + 1] in QUOTES),
            model=name,
            model_start=max(at, node.start),
            model_end=max(at, node.start) + len(name),
            listed=listed,
            replaceable=at >= 0 and not DEPLOYMENT & {*words_of(key)},
        )


def in_row(row: Row, text: Text, keys: tuple[str, ...]) -> Iterator[Named]:
    """Those of a list: names that can be chosen, `KEY=value`, or tables."""
    for item in row.items:
        if not isinstance(item, Value):
            yield from find_named(item, text, keys)
        elif is_listing(keys):
            start = item.start - (text.data[item.start - 1 : item.start] in QUOTES)
            yield from name_in(item, text, key=keys[-1], start=start, listed=True)
        elif (given := word(item)) and "=" in given and item.verbatim:
            yield from in_assignment(given, item, text)


def is_listing(keys: Sequence[str]) -> bool:
    """Whether some keys lead to a list of models that can be chosen."""
    if not keys or any(PROSE & set(words_of(key)) for key in keys[-3:]):
        return False
    last = words_of(keys[-1])
    above = {part for key in keys[-3:] for part in words_of(key)}
    return bool({"models", "fallbacks"} & set(last)) or (
        bool(CHOICES & {*last, "".join(last)}) and bool(SETTING & above)
    )


def in_assignment(given: str, item: Value, text: Text) -> Iterator[Named]:
    """The setting in a text such as `IMAGE_MODEL=gpt-image-1`."""
    key, _, rest = given.partition("=")
    start = item.start + len(key.encode()) + 1
    value = Value(value=rest, start=start, end=item.end)
    if is_setting_key(key.strip()) or has_setting(value):
        yield from name_in(value, text, key=key, start=item.start)


def mark(found: Named, text: Text, surface: str) -> Mark:
    """The finding for a setting."""
    line, column = text.place(found.model_start)
    kind: MarkKind = "lists_model" if found.listed else "names_model"
    return Mark(
        path=text.path,
        line=line,
        column=column,
        kind=kind,
        surface=surface,
        text=text.shown(found.start, found.end),
        value=found.model,
        written=text.written(found.model_start, found.model_end) if found.replaceable else None,
        in_test=is_test(text.path),
    )


def is_foreign(table: Table) -> bool:
    """Whether a table says that another vendor answers: it has the address of one."""
    return any(is_address(entry, ()) for entry in table.entries)


def is_address(entry: Entry, first: tuple[str, ...]) -> bool:
    """Whether an entry is the address of another vendor, its key beginning with some word."""
    words = words_of(entry.key)
    begins = words[: len(first)] == first if first else words in ADDRESSES
    found = ANY_HOST.search(str(word(entry.node) or "")) if begins and words[-2:] in ENDINGS else None
    return bool(found and OTHERS.search(found[0]))


def served_by_others(model: Entry, table: Table) -> bool:
    """Whether the setting of a model stands beside the address of another vendor whose key begins alike."""
    first = words_of(model.key)[:1]
    return len(words_of(model.key)) > 1 and any(is_address(entry, first) for entry in table.entries)


def groups(table: Table) -> list[tuple[Entry, dict[str, Entry]]]:
    """The settings of a table that belong together: a model, and what only image calls have beside it.

    Their keys begin alike: `model` and `size`, or `IMAGE_MODEL` and `IMAGE_SIZE`.
    """
    found: list[tuple[Entry, dict[str, Entry]]] = []
    for entry in table.entries:
        named = isinstance(entry.node, Value) and is_named(entry.node)
        stem = stem_of(entry.key) if named else None
        if stem is None or is_record(table) or served_by_others(entry, table):
            continue
        beside = {name: one for one in table.entries if (name := told(one.key, stem))}
        if beside:
            found.append((entry, beside))
    return found


def stem_of(key: str) -> tuple[str, ...] | None:
    """The words that the key of a model begins with, if it is one."""
    words = words_of(key)
    for ending in (("model",), ("model", "name"), ("model", "id")):
        if words[-len(ending) :] == ending:
            return words[: -len(ending)]
    return None


def told(key: str, stem: tuple[str, ...]) -> str | None:
    """The parameter of an image call that a key beside the model's stands for."""
    words = words_of(key)
    name = "_".join(words[len(stem) :])
    return name if words[: len(stem)] == stem and name in TELLING else None


def is_named(value: Value) -> bool:
    """Whether a value is a model's name, or has one for its default."""
    raw = value.value.strip() if isinstance(value.value, str) else ""
    return ("image" in raw or "dall-e" in raw) and bool(named_model(raw) or WITH_DEFAULT.fullmatch(raw))


def read_group(model: Entry, beside: Mapping[str, Entry], text: Text, *, surface: str = "config") -> Site:
    """The call that such settings are for, as far as they tell."""
    parameters = {
        name: with_whole(literal(entry.node, text), whole(entry, text))
        for name, entry in beside.items()
        if isinstance(entry.node, Value)
    }
    node = model.node
    given = chosen(node, text) if isinstance(node, Value) else Parameter()
    body = Body(parameters={"model": given, **parameters}, open=("a setting: the call that reads it may add to it",))
    return site(text, model.start, body, surface=surface, in_test=is_test(text.path))


def chosen(value: Value, text: Text) -> Parameter:
    """A model that is named, or that is the default of a variable."""
    raw = value.value if isinstance(value.value, str) else ""
    found = WITH_DEFAULT.fullmatch(raw)
    if found is None:
        return literal(value, text)
    start = value.start + len(raw[: found.start("name")].encode())
    inner = Value(value=found["name"], start=start, end=start + len(found["name"]), verbatim=value.verbatim)
    unknown = f"the environment may set `{found['variable']}`"
    return Parameter(choices=(choice(inner, text),), unknown=unknown)


def too_many(marks: Sequence[Mark], path: str) -> Reading | None:
    """A document that names very many models is a catalogue, not a setting."""
    if len(marks) <= MOST:
        return None
    reason = f"a catalogue: it names image models {len(marks)} times"
    return Reading(skipped=(Skipped(path=path, reason=reason, line=marks[0].line),))


def through(parameter: Parameter, origin: Origin) -> Parameter:
    """The same parameter, its values having come through one more name."""
    choices = tuple(
        Choice(value=choice.value, origins=(origin, *choice.origins), written=choice.written)
        for choice in parameter.choices
    )
    return Parameter(
        choices=choices,
        unknown=parameter.unknown,
        optional=parameter.optional,
        origins=(origin, *parameter.origins) if parameter.unknown else (),
    )
