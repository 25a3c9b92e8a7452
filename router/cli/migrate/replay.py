"""`pixroute migrate replay`: what becomes of the requests in a log, today and by a policy, and what they cost."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ...errors import ConfigError
from ..exits import verdict
from ..options import On, open_catalog, open_policy, pick, read_day
from ..output import write_json, write_text
from ..talk import say_hint
from .options import POLICY, Catalogs, PolicyFile, ProviderIfSame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...migrate.tally import Tally
    from ...migrate.trial import Terms

FORMATS = ("text", "json", "html")


def replay(
    logs: Annotated[
        list[str], typer.Argument(metavar="LOG", help="Logs of requests, also .gz and .har; stdin for `-`.")
    ],
    *,
    policy: PolicyFile = POLICY,
    on: On = None,
    provider: ProviderIfSame = None,
    catalog: Catalogs = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="text|json|html", help="What is written; what FILE ends in says it as well."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file to write to, instead of stdout.")
    ] = None,
) -> int:
    """Replay logged requests: what breaks, what the policy saves, what it costs.

    Reads OpenAI bodies, one a line, bare or under a key such as `body`, `request` or `kwargs`; the decision log of a
    wrapped client; batches; HTTP archives. Nothing is sent. Ends with 1 where the policy does not serve them all.
    """
    form = _form(form, output)
    known = open_catalog(catalog, provider=provider)
    open_policy(policy, known)
    from ...migrate.replay import refuse_empty  # noqa: PLC0415 -- the emulator and all that it takes
    from ...migrate.replay import replay as run  # noqa: PLC0415
    from ...migrate.trial import Terms  # noqa: PLC0415

    terms = Terms(policy=policy, on=read_day(on), provider=provider, overlays=tuple(map(str, catalog or ())))
    with _bar() as progress:
        tally = run(logs, terms, progress=progress)
    refuse_empty(tally, logs)
    _write(tally, terms, logs, form=form, output=output)
    return verdict(fine=tally.is_fine)


def _form(asked: str | None, output: Path | None) -> str:
    """What is written: by what is asked and by what the file ends in; raises `ConfigError` where they disagree."""
    form = pick("--format", asked, FORMATS) if asked else None
    if output is None:
        return form or "text"
    known = SUFFIXES.get(output.suffix.lower())
    if form is None and known is None:
        raise ConfigError(
            f"what `{output}` ends in says nothing of what is to be written",
            hint="add `--format`, or let the name end in .html, .json or .txt",
        )
    if form is not None and known is not None and form != known:
        raise ConfigError(
            f"`{output}` is to hold {known} by its name, and {form} by `--format`",
            hint="leave `--format` out, or give the file another name",
        )
    return form or known or "text"


SUFFIXES = {".html": "html", ".htm": "html", ".json": "json", ".txt": "text", ".text": "text", ".log": "text"}


@contextmanager
def _bar() -> Iterator[Callable[[int, int | None], None]]:
    """A bar on stderr, by bytes; only a terminal gets one."""
    if not sys.stderr.isatty():
        yield lambda done, total: None  # noqa: ARG005
        return
    from rich.console import Console  # noqa: PLC0415 -- only a terminal needs it
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("replaying"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _write(tally: Tally, terms: Terms, logs: Sequence[str], *, form: str, output: Path | None) -> None:
    match form:
        case "json":
            from ...migrate.report.replay_json import to_dict  # noqa: PLC0415 -- one format is wanted, not all

            what = to_dict(tally, terms, logs)
            if output is None:
                write_json(what)
            else:
                _save(output, json.dumps(what, ensure_ascii=False, indent=2) + "\n")
        case "html":
            from ...migrate.report.replay_html import to_html  # noqa: PLC0415

            page = to_html(tally, terms, logs)
            if output is None:
                write_text(page)
            else:
                _save(output, page)
        case _:
            from .replay_text import show  # noqa: PLC0415 -- text needs rich

            text = show(tally, terms, logs, watched=output is None)
            if output is not None:
                _save(output, text)


def _save(output: Path, text: str) -> None:
    try:
        output.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise ConfigError(f"cannot write `{output}`: {error.strerror or error}") from error
    say_hint(f"the report is in `{output}`")
