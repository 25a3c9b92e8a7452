"""Sources in memory, read as JavaScript, and what was found in few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from router.migrate.javascript import read_javascript
from router.migrate.sites import Parameter, Reading, Region, Site


@dataclass(frozen=True)
class Memory:
    """Files that are nowhere but here."""

    sources: Mapping[str, bytes]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.sources))

    def read(self, path: str) -> bytes:
        return self.sources[path]


def read(source: str | bytes, path: str = "src/app.ts", others: Mapping[str, str] | None = None) -> Reading:
    """Read a source that stands among others."""
    data = source if isinstance(source, bytes) else source.encode()
    rest = {name: text.encode() for name, text in (others or {}).items()}
    return read_javascript(path, Memory({**rest, path: data}))


def shown(parameter: Parameter) -> list[object]:
    """A parameter's values, then why there may be others, then whether it may be left out."""
    found: list[object] = [choice.value for choice in parameter.choices]
    if parameter.unknown is not None:
        found.append(f"? {parameter.unknown}")
    if parameter.optional:
        found.append("(or nothing)")
    return found


def parameters(site: Site) -> dict[str, list[object]]:
    return {name: shown(parameter) for name, parameter in site.parameters.items() if name != "prompt"}


def sites(reading: Reading) -> list[tuple[int, str, str, dict[str, list[object]]]]:
    """Each site's line, surface, operation and parameters, the prompt aside."""
    return [(site.line, site.surface, site.operation, parameters(site)) for site in reading.sites]


def only(source: str | bytes, path: str = "src/app.ts", others: Mapping[str, str] | None = None) -> Site:
    """The one site of a source."""
    (site,) = read(source, path, others).sites
    return site


def models(source: str, path: str = "src/app.ts") -> list[list[object] | None]:
    """What each site gives for the model; None where it gives nothing."""
    return [parameters(site).get("model") for site in read(source, path).sites]


def marks(source: str, path: str = "src/app.ts") -> list[tuple[int, str, object]]:
    """Each mark's line, kind and value, or its words where it has no value."""
    found = read(source, path).marks
    return [(mark.line, mark.kind, mark.text if mark.value is None else mark.value) for mark in found]


def at(source: str | bytes, region: Region | None) -> str:
    """The text of a region."""
    assert region is not None
    data = source if isinstance(source, bytes) else source.encode()
    return data[region.start : region.end].decode()


def origins(site: Site, name: str) -> list[list[str]]:
    """The names that each value of a parameter came through, with where they stand."""
    return [
        [f"{origin.name}, {origin.path}:{origin.line}" for origin in choice.origins]
        for choice in site.parameters[name].choices
    ]
