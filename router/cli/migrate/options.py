"""Options that the commands of `migrate` share, and the scan that they start with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ...errors import ConfigError
from ..options import CatalogFiles, open_catalog, open_policy, read_day
from .bar import watched

if TYPE_CHECKING:
    from pathlib import Path

    from ...migrate.findings import Report
    from ...migrate.scan import Settings

HINT = 'pip install "pixroute[migrate]"'
POLICY = "pixroute:migrate-from-gpt-image-1"

Paths: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="PATH", help="Files and folders; the folder you are in if left out.")
]
PolicyFile: TypeAlias = Annotated[
    str,
    typer.Option("--policy", "-p", metavar="FILE", help="What old calls are to become: a file, or `pixroute:NAME`."),
]
ProviderIfSame: TypeAlias = Annotated[
    str | None,
    typer.Option("--provider", metavar="NAME", help="Who serves every call; what each call says if left out."),
]
Catalogs: TypeAlias = CatalogFiles


def open_settings(*, on: str | None, policy: str, provider: str | None, catalog: Sequence[Path] | None) -> Settings:
    """Read what to judge by; raises `ConfigError` where the extra is missing."""
    try:
        from ...migrate.scan import Settings  # noqa: PLC0415 -- an extra, loaded when chosen
    except ModuleNotFoundError as error:
        raise ConfigError(f"`migrate` needs `{error.name}`, which is not installed", hint=HINT) from None
    known = open_catalog(catalog, provider=provider)
    return Settings(
        policy=open_policy(policy, known), catalog=known, on=read_day(on), policy_name=policy, provider=provider
    )


def run_scan(paths: Sequence[str] | None, settings: Settings) -> Report:
    """Scan, with a bar on a terminal."""
    from ...migrate.scan import scan  # noqa: PLC0415

    try:
        with watched() as progress:
            return scan(list(paths or ["."]), settings, progress=progress)
    except ModuleNotFoundError as error:
        raise ConfigError(f"`migrate` needs `{error.name}`, which is not installed", hint=HINT) from None
