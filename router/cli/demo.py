"""`pixroute demo`: a dozen requests against an emulated API, as written and routed, and a page that shows them."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError
from .exits import Exit
from .options import TEXT_OR_JSON, TextOrJson, open_catalog, pick, read_day
from .output import write_json
from .talk import say_hint, say_warning

if TYPE_CHECKING:
    from ..demo.stage import Shot

HINT = 'pip install "pixroute[serve]"'


def demo(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page is written.")] = Path(
        "pixroute-demo.html"
    ),
    opened: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    form: TextOrJson = "text",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day that is played.")] = "2026-11-23",
) -> int:
    """Play requests against an emulated API and write a page about them.

    Each is sent as written and routed; nothing leaves this machine and nothing is spent. A row is printed as each
    request is done; the page has the pictures, every change with its reason, and the money.
    """
    pick("--format", form, TEXT_OR_JSON)
    day = read_day(on)
    _check_place(output)
    with _needs_extra():
        shots, client = _play(day, shown=form == "text")
        from ..demo.page import render  # noqa: PLC0415 -- an extra, loaded when chosen

        _write_page(output, render(shots, on=day, client=client))
    if form == "json":
        from ..demo.report import to_dict  # noqa: PLC0415

        write_json({"page": str(output), **to_dict(shots, on=day, client=client)})
    else:
        say_hint(f"the page is at {output.resolve().as_uri()}")
    if opened and not webbrowser.open(output.resolve().as_uri()):
        say_warning("no browser could be opened")
    return Exit.FINE


def _play(day: date, *, shown: bool) -> tuple[list[Shot], str]:
    """Play all scenes, with a table that grows as they are done."""
    from ..demo.scenes import SCENES  # noqa: PLC0415
    from ..demo.stage import open_stage  # noqa: PLC0415

    with open_stage(day, open_catalog()) as stage:
        shots = stage.play(SCENES)
        if shown:
            from .plays import show  # noqa: PLC0415 -- a table needs rich

            shots = show(shots, on=day, client=stage.routed.client.name)
        return list(shots), stage.routed.client.name


def _check_place(output: Path) -> None:
    """Find out before the play, not after it, that the page cannot be written."""
    if output.is_dir() or not output.absolute().parent.is_dir():
        raise ConfigError(f"cannot write `{output}`", hint="name a file in a folder that exists")


def _write_page(output: Path, page: str) -> None:
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write `{output}`: {error.strerror or error}") from error


@contextmanager
def _needs_extra() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(f"the demo needs `{error.name}`, which is not installed", hint=HINT) from None
