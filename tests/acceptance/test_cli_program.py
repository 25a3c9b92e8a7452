"""The program as a whole: help, mistakes on the command line, exit codes, pipes."""

import importlib
import os
import signal
import subprocess
import sys
from importlib import import_module

import pytest

from router import __version__
from router.cli.program import COMMANDS, GROUPS

DECIDE = [sys.executable, "-m", "router", "decide", "--policy", "pixroute:text-first", "--format", "jsonl"]


def test_alone_it_shows_its_help(pixroute):
    assert pixroute() == pixroute("--help")


def test_the_help_lists_every_command_in_a_line_of_80_columns(pixroute):
    ran = pixroute("--help")

    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if len(line) > 80] == []
    assert all(f"{name}" in ran.out and summary in ran.out for name, summary in COMMANDS.items())


@pytest.mark.parametrize(("name", "summary"), GROUPS.items())
def test_a_command_with_commands_of_its_own_lists_them(pixroute, name, summary):
    alone, asked = pixroute(name), pixroute(name, "--help")

    words = import_module(f"router.cli.{name}").COMMANDS
    assert (alone.code, alone.out, alone.err) == (0, asked.out, "")
    assert summary in alone.out
    assert all(f"  {word} " in alone.out for word in words)


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group in GROUPS for name in import_module(f"router.cli.{group}").COMMANDS]
)
def test_each_of_them_has_help(pixroute, group, name):
    ran = pixroute(group, name, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert f"pixroute {group} {name}" in ran.out


def test_a_command_of_a_group_that_there_is_not_is_guessed(pixroute):
    ran = pixroute("budget", "sttus")

    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: no such command `sttus`. Did you mean `status`?")


@pytest.mark.parametrize(("name", "summary"), COMMANDS.items())
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name, summary):
    command = getattr(importlib.import_module(f"router.cli.{name}"), name)

    assert command.__doc__.partition("\n")[0] == summary


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(pixroute, name):
    ran = pixroute(name, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: pixroute {name}")


def test_it_knows_its_version(pixroute):
    assert pixroute("--version") == (0, f"pixroute {__version__}\n", "")


@pytest.mark.parametrize(
    ("line", "error", "hint"),
    [
        ("decid x", "there is no command `decid`", "did you mean `decide`?"),
        ("decide --polcy x", "there is no option `--polcy`", "did you mean `--policy`?"),
        ("decide x", "`--policy` is missing", "see `pixroute decide --help`"),
        ("size --model gpt-image-2", "`SIZE` is missing", "see `pixroute size --help`"),
        ("decide --policy", "option `--policy` requires an argument", "see `pixroute --help`"),
        ("decide --policy text-first", "there is no file `text-first`", "did you mean `pixroute:text-first`?"),
        ("decide --policy pixroute:text-frist", "no policy `text-frist` is shipped", "did you mean `text-first`?"),
        ("decide --policy pixroute:text-first --format jsn", "`--format` knows no `jsn`", "did you mean `json`?"),
        (
            "decide --policy pixroute:text-first --tag x",
            "`--tag` takes a name and a value, not `x`",
            "try `--tag plan=free`",
        ),
        ("models --on yesterday", "`--on` is not a day: `yesterday`", "write year, month and day, as 2026-11-23"),
        ("models --provider azur", "unknown provider `azur`", "did you mean `azure`?"),
        ("size 1x1 --model gpt-imag-2", "`openai` has no model `gpt-imag-2`", "did you mean `gpt-image-2`?"),
        ("price --model gpt-image-2 --quality hgih", "gpt-image-2 has no quality `hgih`", "did you mean `high`?"),
        (
            "--format json",
            "there is no option `--format`",
            "options stand after the command, as in `pixroute models --format json`",
        ),
        ("--verison", "there is no option `--verison`", "did you mean `--version`?"),
        ("check", "`POLICY` is missing", "see `pixroute check --help`"),
        ("check --explain NO_ROUT", "`check` reports no `NO_ROUT`", "did you mean `NO_ROUTE`?"),
        ("schema polcy", "`schema` knows no `polcy`", "did you mean `policy`?"),
    ],
)
def test_a_slip_is_answered_with_what_to_try(pixroute, *, line, error, hint):
    assert pixroute(*line.split()) == (2, "", f"error: {error}\nhint: {hint}\n")


def test_a_file_that_is_not_there_is_bad_usage(pixroute):
    ran = pixroute("decide", "nix.json", "--policy", "pixroute:text-first")

    assert ran == (2, "", "error: cannot read `nix.json`: No such file or directory\n")


def test_a_policy_with_mistakes_is_shown_with_every_place(pixroute, write):
    policy = write(
        "bad.yaml", "pixroute: 1\nname: bad\nroutes:\n  - {id: a, when: {transparant: true}, to: [gpt-image-2]}\n"
    )

    ran = pixroute("decide", "--policy", policy)

    assert ran.code == 2
    assert ran.err.startswith("error: bad.yaml:4:20: unknown key `transparant`\nhint: did you mean `transparent`?\n")


def test_whoever_has_read_enough_may_leave():
    with subprocess.Popen(DECIDE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        process.stdin.write(b'{"prompt": "a"}\n' * 200)
        process.stdin.close()

        assert (process.wait(), process.stderr.read()) == (141, b"")


def test_an_interrupt_ends_it_quietly():
    with subprocess.Popen(DECIDE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(b'{"prompt": "a"}\n' * 200)
        process.stdin.flush()
        process.stdout.read(1)
        process.send_signal(signal.SIGINT)

        assert (process.wait(), process.stderr.read()) == (130, b"")


def test_prompts_that_the_terminal_cannot_show_do_not_stop_it():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [*DECIDE[:-1], "text"]

    done = subprocess.run(command, input='{"prompt": "猫"}'.encode(), capture_output=True, env=environment, check=False)

    assert (done.returncode, done.stderr) == (0, b"")


FULL = "/dev/full"


@pytest.mark.skipif(not os.path.exists(FULL), reason="only Linux has a device that is always full")  # noqa: PTH110
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("line", ["--help", "--version", "models", "schema policy", "check pixroute:text-first"])
def test_a_full_disk_is_an_error_and_no_traceback(line, unbuffered):
    command = [sys.executable, "-m", "router", *line.split()]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}

    with open(FULL, "w") as full:  # noqa: PTH123
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)

    assert (done.returncode, done.stderr) == (2, b"error: cannot write to stdout: No space left on device\n")


def test_what_others_wrote_does_not_steer_the_terminal(pixroute):
    ran = pixroute("decide", "--policy", "a\x1b[2J\u202e.yaml")

    assert ran.err == "error: cannot read `a\\x1b[2J\\u202e.yaml`: No such file or directory\n"
