"""What happens to a call as it stands: the emulator's own refusals, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, cast

from ..emulator.asked import Asked, Operation
from ..emulator.known import Day
from ..emulator.refusals import RefusedError, refusal
from ..emulator.rules import OLD_DEFAULTS, check
from .cases import FILES

if TYPE_CHECKING:
    from ..catalog import Catalog, Model

SOON: Final = timedelta(days=180)
"""An end that is further off than this is nothing to act on yet: image models get three months' notice (DEP)."""

TOOL: Final = "responses-tool"
LIKE_TOOL: Final = frozenset({TOOL, "pydantic-ai"})
"""Surfaces that go through the Responses API, which picks a model where none is named (FACTS 10)."""

TOOL_DEFAULTS: Final = (
    (date(2026, 11, 5), "gpt-image-2.6-sunburst"),  # SDK 3.46.0, the first that has its name
    (date(2026, 10, 23), "gpt-image-2"),  # at the latest: gpt-image-1 was gone
    (date.min, "gpt-image-1"),
)
"""The tool's default model since each day, the latest first."""

LIBRARY_DEFAULTS: Final[Mapping[str, str]] = {"crewai": "dall-e-3", "llamaindex": "dall-e-3", "langchain": "dall-e-2"}
"""What a library names where its user names nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A body on its way: what is asked, of whom, and how."""

    body: Mapping[str, object]
    operation: str
    provider: str
    surface: str

    @property
    def is_tool(self) -> bool:
        """Whether it goes through the Responses API."""
        return self.surface in LIKE_TOOL

    def implied(self, on: date) -> str:
        """The model that is taken on a day where none is named."""
        if self.is_tool:
            return next(model for since, model in TOOL_DEFAULTS if since <= on)
        return LIBRARY_DEFAULTS.get(self.surface) or OLD_DEFAULTS.get(self.operation, OLD_DEFAULTS["generate"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One refusal: which of our codes it is, the parameter, and the answer's words."""

    code: str
    param: str
    status: int
    message: str

    @property
    def told(self) -> str:
        """The answer as a report shows it."""
        return f"{self.status}: {self.message}"


def refusals(call: Call, mended: Mapping[str, object], day: Day) -> Iterator[Refused]:
    """Every refusal that a call meets: where one was met, its parameter is mended and the call tried again."""
    body = dict(call.body)
    while refused := refuse(call, body, day):
        yield refused
        name = refused.param
        if name in mended and body.get(name) != mended[name]:
            body[name] = mended[name]
        elif name not in mended and name in body and (mended or name != "model"):
            del body[name]
        else:
            return


def refuse(call: Call, body: Mapping[str, object], day: Day) -> Refused | None:
    """The first refusal of a body, if there is one."""
    params = {name: value for name, value in body.items() if name.partition("[")[0] not in FILES}
    if call.is_tool:
        if params.pop("n", None) is not None:
            return _read(refusal("unknown_parameter", param="tools[0].n"), "n")
        params |= {"model": params.get("model") or call.implied(day.on), "stream": True}
    elif not params.get("model"):
        params["model"] = call.implied(day.on)
    operation = cast("Operation", call.operation)
    if call.is_tool and "input_fidelity" in params:
        operation = "edit"
    try:
        check(Asked(operation=operation, provider=call.provider, params=params), day)
    except RefusedError as error:
        return _read(error, str(error.error.get("param") or "model"))
    return None


def _read(error: RefusedError, param: str) -> Refused:
    unknown = error.error.get("code") in ("unknown_parameter", "invalid_input_fidelity_model")
    unsupported = "does not support the" in str(error.error["message"])
    code = "PARAM_REJECTED" if unknown or unsupported else OF_PARAM.get(param, "VALUE_REJECTED")
    return Refused(code=code, param=param, status=error.status, message=str(error.error["message"]))


OF_PARAM: Final[Mapping[str, str]] = {
    "model": "MODEL_SHUT_DOWN",
    "size": "SIZE_ILLEGAL",
    "quality": "QUALITY_UNKNOWN",
}


def retired(on: date, catalog: Catalog) -> Refused | None:
    """What becomes of a variation: its endpoint went with DALL·E (FACTS 1)."""
    model = catalog.on(on)["dall-e-2"]
    if model.alive(on):
        return None
    refused = _read(refusal("no_such_model", model=model.id), "model")
    return Refused(code="ENDPOINT_RETIRED", param="model", status=refused.status, message=refused.message)


# -- how long a model lives


def gone(model: Model, on: date) -> date | None:
    """Since when a model is gone; None where it is not."""
    shutdown = model.lifecycle.shutdown
    return shutdown if shutdown is not None and shutdown <= on else None


def going(model: Model, on: date) -> date | None:
    """The day on which a living model ends, where that was announced and is soon."""
    notice, shutdown = model.lifecycle.notice, model.lifecycle.shutdown
    if shutdown is None or shutdown <= on or (notice is not None and notice > on):
        return None
    return shutdown if shutdown - on <= SOON else None
