"""The package `router` under its other name, for an app that has a top-level module `router` of its own.

Whichever of the two names is imported first loads the code, and from then on both give the same modules. Importing
`pixroute` never takes the name `router` from anyone: who imports `router` gets what their path says.

Installed, this folder lies beside `router`. In a checkout it lies inside, and an editable install puts it on the path.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from router import *  # noqa: F403

_HERE = Path(__file__).resolve().parent
_CODE = _HERE.parents[1] if _HERE.parent.name == "_alias" else _HERE.with_name("router")


class _OtherName(Loader):
    """Answers the import of one name, and of what is below it, with the module loaded under the other."""

    def __init__(self, name: str, loaded: str) -> None:
        self.name = name
        self.loaded = loaded

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        top, _, below = fullname.partition(".")
        if top != self.name:
            return None
        if below:
            ours = sys.modules.get(top) is sys.modules.get(self.loaded)
        else:
            ours = _is_ours(PathFinder.find_spec(top, path))
        return spec_from_loader(fullname, self) if ours else None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        sys.modules[name] = importlib.import_module(self.loaded + name.removeprefix(self.name))


def _is_ours(spec: ModuleSpec | None) -> bool:
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve() == _CODE / "__init__.py"


def _load() -> ModuleType:
    router = sys.modules.get("router")
    if router and _is_ours(router.__spec__):
        sys.meta_path.insert(0, _OtherName(__name__, loaded="router"))
        return router
    sys.meta_path.insert(0, _OtherName("router", loaded=__name__))
    spec = spec_from_file_location(__name__, _CODE / "__init__.py", submodule_search_locations=[str(_CODE)])
    if spec is None or spec.loader is None:
        raise ImportError(f"`{_CODE}` is not a package", name=__name__)
    package = sys.modules[__name__] = module_from_spec(spec)
    spec.loader.exec_module(package)
    return package


sys.modules[__name__] = _load()
