"""The fields of a form as a body: brackets nest, `[]` collects, and text becomes a number where one is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .errors import RequestError
from .parameters import READERS
from .told import FACTS_KEY


def read_form(fields: Mapping[str, object]) -> dict[str, object]:
    """Turn form fields into a body: `pixroute[tags][tenant]` nests, `image[]` collects, text stays text.

    Numbers and flags of the parameters come out typed, because a form has no other way to write them.
    """
    body: dict[str, object] = {}
    for name, value in fields.items():
        head, *path = name.replace("]", "").split("[")
        if head != FACTS_KEY:
            body[name] = READERS[name](value, name) if name in TYPED and value not in ("", None) else value
            continue
        _nest(body, [head, *path], value)
    return body


TYPED = ("n", "partial_images", "output_compression", "stream")


def _nest(body: dict[str, object], path: Sequence[str], value: object) -> None:
    *folders, leaf = path
    place = body
    for index, folder in enumerate(folders):
        if leaf == "" and index == len(folders) - 1:
            place[folder] = [*_as_list(place.get(folder)), *_as_list(value)]
            return
        inner = place.setdefault(folder, {})
        if not isinstance(inner, dict):
            name = ".".join(path)
            raise RequestError(f"`{name}` is given both as a value and as a group", field=name)
        place = inner
    place[leaf] = value


def _as_list(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
