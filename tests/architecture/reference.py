"""The tables of policies/README.md, made from the code; running this file writes them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from router.codes import CHANGES, DENIALS, REQUEST_ERRORS, SKIPS, WARNINGS
from router.errors import PolicyError
from router.facts import FACTS, Fact, Kind
from router.files import policies_folder, shipped_policies
from router.policy import PARAMETERS, Parameter
from router.source import read_source

PAGE = Path(__file__).parents[2] / "policies" / "README.md"
GAPS = {"never": "", "absent": "absent", "unknown": "unknown"}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def facts() -> str:
    """Every fact, its type, its operators and what a missing value means."""
    rows = [(f"`{fact.name}`", values(fact), operators(fact), GAPS[fact.gap], fact.about) for fact in FACTS.values()]
    rows += [
        (
            "`tags.NAME`",
            "string",
            operators(Fact(name="tags", kind=Kind.NAME, about="")),
            "absent",
            "a tag of the request",
        ),
        (
            "`budget.LIMIT.left_usd`",
            "money",
            operators(FACTS["budget_left_usd"]),
            "unknown",
            "what one limit has left, by its id",
        ),
    ]
    return table(("fact", "values", "operators", "missing is", "what it says"), rows)


def values(fact: Fact) -> str:
    """The values of a fact."""
    return ", ".join(fact.choices) if fact.choices else fact.kind.value


def operators(fact: Fact) -> str:
    """The operators of a fact; `is` is written as the plain value."""
    return ", ".join(f"`{name}`" for name in fact.operators if name != "is")


def parameters() -> str:
    """Which operators each parameter takes in `set`."""
    rows = [
        (f"`{each.name}`", ", ".join(f"`{op}`" for op in each.operators), range_of(each))
        for each in PARAMETERS.values()
    ]
    return table(("parameter", "operators", "values"), rows)


def range_of(parameter: Parameter) -> str:
    """The values that a parameter can be bound to."""
    if parameter.numbers is not None:
        return f"{parameter.numbers[0]} to {parameter.numbers[-1]}"
    return ", ".join(parameter.words) or ("a size in any notation" if parameter.name == "size" else "")


def codes(meanings: Mapping[str, str]) -> Callable[[], str]:
    """A table of codes."""
    return lambda: table(("code", "what it says"), [(f"`{code}`", text) for code, text in meanings.items()])


def policies() -> str:
    """The shipped policies and their descriptions."""
    rows = []
    for name in shipped_policies():
        file = policies_folder() / f"{name}.yaml"
        root = read_source(file.read_bytes(), file.name, PolicyError)
        rows.append((f"[`pixroute:{name}`]({file.name})", root.get("description").value))
    return table(("policy", "what it does"), rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "policies": policies,
    "facts": facts,
    "parameters": parameters,
    "changes": codes(CHANGES),
    "skips": codes(SKIPS),
    "warnings": codes(WARNINGS),
    "denials": codes(DENIALS),
    "errors": codes(REQUEST_ERRORS),
}


def written(page: str, name: str) -> str:
    """The table of a name as the page has it now."""
    return page.split(f"<!-- {name} -->\n")[1].split(f"\n<!-- end of {name} -->", maxsplit=1)[0]


def renewed(page: str) -> str:
    """The page with every table made anew."""
    for name, make in TABLES.items():
        head, rest = page.split(f"<!-- {name} -->\n")
        page = f"{head}<!-- {name} -->\n{make()}\n<!-- end of {name} -->" + rest.split(f"<!-- end of {name} -->")[1]
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
