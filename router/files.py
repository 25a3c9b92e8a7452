"""Policies, catalogues and test files on disk: found, read and parsed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .catalogfile import read_catalog
from .errors import ConfigError, PolicyError, did_you_mean
from .language import parse_policy
from .source import MapNode, read_source

if TYPE_CHECKING:
    from .catalog import Catalog
    from .policy import Policy

AnyPath: TypeAlias = str | Path
SHIPPED = "pixroute:"
HERE = Path(__file__).parent
MIB = 1024 * 1024
LARGEST_FILE = 64 * MIB  # of any kind; a picture to edit may have 50 MB


def load_policy(path: AnyPath, catalog: Catalog) -> Policy:
    """Read a policy: a path, or `pixroute:NAME` for a shipped one. Raises `ConfigError` or `PolicyError`."""
    file = find_policy(path)
    names = {name for provider in catalog.providers for name in catalog.ids(provider)}
    return parse_policy(read_bytes(file), path=str(path), models=names)


def find_policy(path: AnyPath) -> Path:
    """Where a policy is; `pixroute:NAME` is looked up among those that are shipped."""
    text = str(path)
    if not text.startswith(SHIPPED):
        return Path(path)
    name = text.removeprefix(SHIPPED).removesuffix(".yaml")
    file = policies_folder() / f"{name}.yaml"
    if name not in shipped_policies():
        raise ConfigError(f"no policy `{name}` is shipped", hint=did_you_mean(name, shipped_policies()))
    return file


def holds_tests(path: AnyPath) -> bool:
    """Whether a file that is no policy is one of tests."""
    root = read_source(read_bytes(find_policy(path)), str(path), PolicyError)
    return isinstance(root, MapNode) and root.get("pixroute-test") is not None


def policies_folder() -> Path:
    """The folder of the shipped policies: inside the installed package, or beside it in a checkout."""
    inside = HERE / "policies"
    return inside if inside.is_dir() else HERE.parent / "policies"


def shipped_policies() -> tuple[str, ...]:
    """The names of the shipped policies."""
    files = policies_folder().glob("*.yaml")
    return tuple(sorted(file.stem for file in files if not file.name.endswith(".test.yaml")))


def tests_beside(path: Path) -> Path:
    """Where a policy's tests stand, if it has some: `NAME.test.yaml` beside `NAME.yaml`."""
    return path.with_name(f"{path.stem}.test.yaml")


def load_catalog(overlays: Iterable[AnyPath] = ()) -> Catalog:
    """Read the shipped catalogue, with the user's own files laid over it. Raises `ConfigError` or `CatalogError`."""
    return _load_catalog(tuple(str(path) for path in overlays))


@lru_cache(maxsize=16)
def _load_catalog(overlays: tuple[str, ...]) -> Catalog:
    shipped = sorted((HERE / "models").glob("*.yaml"))
    base = [(file.read_text(encoding="utf-8"), file.name) for file in shipped]
    return read_catalog(base, [(read_bytes(Path(path)), path) for path in overlays])


def read_bytes(file: Path) -> bytes:
    """Read a file whole; raises `ConfigError` where that cannot be done, or where it has no end in sight."""
    try:
        with file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ConfigError(f"cannot read `{file}`: {error.strerror or error}") from error
    if len(data) > LARGEST_FILE:
        raise ConfigError(f"`{file}` is larger than {LARGEST_FILE // MIB} MiB")
    return data
