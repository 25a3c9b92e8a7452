"""The program `pixroute`: finds the command, runs it, and turns whatever goes wrong into a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import wraps
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any, ParamSpec

import typer

from .. import __version__
from ..errors import ConfigError, RouterError, did_you_mean
from .exits import Exit
from .talk import complain, say_error

COMMANDS: Mapping[str, str] = {
    "decide": "Decide what to send for each request, why, and for how much.",
    "generate": "Draw a picture and save it in exactly the size asked.",
    "needs": "Show the facts of each request that rules may read.",
    "size": "Plan the canvas, crop and resize that give a size.",
    "price": "Price a picture before it is drawn.",
    "models": "List models: how long they live, what they do and cost.",
    "check": "Look for mistakes in policies.",
    "test": "Run the tests of policies.",
    "demo": "Play requests against an emulated API and write a page about them.",
    "schema": "Print the JSON Schema of a kind of document.",
    "emulate": "Serve OpenAI's Images API on this machine, as strict as on a day.",
}
GROUPS: Mapping[str, str] = {
    "budget": "See, settle and check what was spent.",
    "migrate": "Find, explain and rewrite calls that no longer work.",
}
"""Commands with commands of their own: each module has a table `COMMANDS` of functions by their names."""
P = ParamSpec("P")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, `sys.argv` where no arguments are given; returns the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    _replace_what_cannot_be_shown()
    try:
        return _run(words)
    except UsageProblem as problem:
        message, hint = _misuse(problem)
        say_error(message, hint=hint)
        return Exit.USAGE
    except RouterError as error:
        complain(error)
        return Exit.USAGE
    except (KeyboardInterrupt, typer.Abort):
        return Exit.INTERRUPTED
    except OSError as error:
        if error.filename is not None:  # a file's: those are ConfigErrors, and this is a mistake of ours
            raise
        _let_stdout_go()
        say_error(f"cannot write to stdout: {error.strerror or error}")
        return Exit.USAGE


def _let_stdout_go() -> None:
    """What is left in the buffer would fail once more when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace_what_cannot_be_shown() -> None:
    """A terminal that knows fewer letters than a prompt has gets question marks, and no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _run(words: Sequence[str]) -> int:
    command = next((word for word in words if not word.startswith("-")), None)
    known = (*COMMANDS, *GROUPS)
    if command is not None and command not in known and words[0] == command:
        raise ConfigError(f"there is no command `{command}`", hint=did_you_mean(command, known))
    group = typer.main.get_command(_app(words))
    asks_for_help = not words or (len(words) == 1 and words[0] in GROUPS)
    args = [*words, "--help"] if asks_for_help else list(words)
    code = int(group.main(args=args, prog_name="pixroute", standalone_mode=False) or 0)
    sys.stdout.flush()
    return code


def _app(words: Sequence[str]) -> typer.Typer:
    """The program; of its commands only those are imported that are named."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": HELP})
    app.callback()(pixroute)
    for name, summary in COMMANDS.items():
        command = _load(name) if name in words else _unloaded
        app.command(name, short_help=summary)(command)
    for name, summary in GROUPS.items():
        app.add_typer(_group(name) if name in words else typer.Typer(), name=name, help=summary)
    return app


def _group(name: str) -> typer.Typer:
    module = import_module(f".{name}", __package__)
    group = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": HELP})
    for word, command in module.COMMANDS.items():
        group.command(word)(_until_the_pipe_closes(command))
    return group


HELP = ["--help", "-h"]


def _load(name: str) -> Callable[..., int]:
    command = getattr(import_module(f".{name}", __package__), name)
    return _until_the_pipe_closes(command)


def _unloaded() -> int:
    raise AssertionError("a command that runs is named, and so it is loaded")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pixroute {__version__}")
        raise typer.Exit


def pixroute(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Route image requests to the right OpenAI model, with a price before the call.

    Data goes to stdout, talk to stderr. Exit codes: 0 fine, 1 findings or denials, 2 bad usage or a bad file.
    """


def _until_the_pipe_closes(command: Callable[P, int]) -> Callable[P, int]:
    """End quietly, as other programs do, when whoever reads our output (`| head`) has read enough."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> int:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except BrokenPipeError:
            _let_stdout_go()
            return Exit.PIPE_CLOSED
        return code

    return run


# -- a command line that cannot be read

UsageProblem: type[Exception] = typer.BadParameter.__mro__[2]  # what typer raises; it exports only this child of it


def _misuse(problem: Any) -> tuple[str, str]:  # noqa: ANN401 -- typer's own errors, known by what they carry
    """Put typer's words into ours: what is wrong, and what to try."""
    context = problem.ctx
    see = f"see `{context.command_path} --help`" if context else "see `pixroute --help`"
    if context and hasattr(problem, "possibilities"):
        known = [name for param in context.command.params for name in param.opts if name.startswith("--")]
        hint = did_you_mean(problem.option_name, known)
        if context.parent is None and not get_close_matches(problem.option_name, known):
            hint = "options stand after the command, as in `pixroute models --format json`"
        return f"there is no option `{problem.option_name}`", hint or see
    if hasattr(problem, "param_type") and problem.param is not None:
        return f"`{_name(problem.param)}` is missing", see
    text = str(problem.format_message())
    return (text[:1].lower() + text[1:]).rstrip(".").replace("'", "`"), see


def _name(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())
