"""`pixroute schema`: the JSON Schema of a document, for editors and for programs that write one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from ..catalogdoc import catalog_schema
from ..language import policy_schema
from ..suite import suite_schema
from .exits import Exit
from .options import pick
from .output import write_json

SCHEMAS: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    "policy": policy_schema,
    "test": suite_schema,
    "catalog": catalog_schema,
}


def schema(
    document: Annotated[str, typer.Argument(metavar="policy|test|catalog", help="Which kind of document.")],
) -> int:
    """Print the JSON Schema of a kind of document."""
    write_json(SCHEMAS[pick("schema", document, SCHEMAS)]())
    return Exit.FINE
