"""`pixroute migrate fix`: the rewrites as a diff, and written where that is asked."""

from __future__ import annotations

import sys
from collections import Counter
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated

import typer

from ..escapes import escaped
from ..exits import Exit, verdict
from ..options import On
from ..output import write_text
from ..talk import has_colour, say_hint, say_warning
from .options import POLICY, Catalogs, Paths, PolicyFile, ProviderIfSame, open_settings, run_scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...migrate.findings import Report
    from ...migrate.fix import Change, Outcome
    from ...migrate.scan import Settings


def fix(
    paths: Paths = None,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Write the files; without it they are only shown.")] = False,
    assumed: Annotated[
        bool, typer.Option("--assumed", help="Take assumed rewrites as well: what they rest on was not proved.")
    ] = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="Wrap the clients, one line each, and leave the calls as they are.")
    ] = False,
    on: On = None,
    policy: PolicyFile = POLICY,
    provider: ProviderIfSame = None,
    catalog: Catalogs = None,
) -> int:
    """Rewrite calls that no longer work.

    Shows a diff, and with `--apply` writes it: only what is proved to be right, unless `--assumed` is given. Formatting
    and comments stay as they are. Ends with 1 where a rewrite could not be made.
    """
    settings = open_settings(on=on, policy=policy, provider=provider, catalog=catalog)
    report = run_scan(paths, settings)
    outcome = _outcome(report, settings, assumed=assumed, embed=embed)
    for change in outcome.changes:
        _show(change)
    sys.stdout.flush()
    if apply:
        from ...migrate.fix import write  # noqa: PLC0415 -- an extra, loaded when chosen

        for change in outcome.changes:
            write(change)
    _say(outcome, report, applied=apply, embed=embed)
    return verdict(fine=not outcome.left) if outcome.left else Exit.FINE


def _outcome(report: Report, settings: Settings, *, assumed: bool, embed: bool) -> Outcome:
    from ...migrate.fix import rewrite  # noqa: PLC0415
    from ...migrate.walk import FoundFiles  # noqa: PLC0415
    from ...migrate.wrapping import wrap_all  # noqa: PLC0415

    files = FoundFiles()
    if embed:
        return wrap_all(report.findings, files, policy=settings.policy_name)
    return rewrite(report.findings, files, verdicts=("proved", "assumed") if assumed else ("proved",))


def _show(change: Change) -> None:
    from ...migrate.fix import diff  # noqa: PLC0415

    text = diff(change)
    if has_colour(sys.stdout):
        write_text("".join(map(_coloured, text.split("\n")[:-1])))
    elif isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))  # the very bytes, for `patch`
    else:
        write_text(text)


def _coloured(line: str) -> str:
    style = next((colour for start, colour in COLOURS if line.startswith(start)), None)
    return typer.style(escaped(line.rstrip("\r\n")), fg=style, bold=line.startswith(("---", "+++"))) + "\n"


COLOURS = (
    ("---", None),
    ("+++", None),
    ("@@", typer.colors.CYAN),
    ("+", typer.colors.GREEN),
    ("-", typer.colors.RED),
)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _say(outcome: Outcome, report: Report, *, applied: bool, embed: bool) -> None:
    for each in report.skipped:
        if each.unread:
            place = f"{each.path}:{each.line}" if each.line else each.path
            say_warning(f"{place}: not looked at: {each.reason}")
    for left in outcome.left:
        finding = left.finding
        say_warning(f"{finding.path}:{finding.line}:{finding.column}: left as it is: {left.reason}")
    count = len(outcome.taken)
    past = "were" if embed or count > 1 else "was"  # the clients of one finding are several
    verb = past if applied else "would be"
    done = (
        f"{'the clients of ' if embed else ''}{_counted(count, 'finding')} {verb} {'wrapped' if embed else 'rewritten'}"
    )
    say_hint(f"{done}, in {_counted(len(outcome.changes), 'file')}" if count else "there is nothing to rewrite")
    if count and not applied:
        say_hint("`--apply` writes this")
    seen = set(map(id, outcome.taken)) | {id(left.finding) for left in outcome.left}
    rest = Counter(finding.verdict for finding in report.findings if id(finding) not in seen)
    hints: Sequence[tuple[str, str, str, str]] = (
        (
            "assumed",
            "is an assumed rewrite: look at it",
            "are assumed rewrites: look at them",
            ", then add `--assumed`",
        ),
        ("runtime", "is", "are", " handled by a wrapped client: `--embed` wraps it"),
        ("person", "needs", "need", " a person: `pixroute migrate scan` says why"),
    )
    for name, one, many, words in hints:
        if rest[name] and not (embed and name != "person"):  # type: ignore[index]
            say_hint(f"{rest[name]:,} {one if rest[name] == 1 else many}{words}")  # type: ignore[index]
