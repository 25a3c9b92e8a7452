"""Every code that a finding carries, and what it means; the most serious first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]
"""An error fails today. A warning will fail, or fails for some, or changes in silence. A note is worth knowing."""

Verdict: TypeAlias = Literal["proved", "assumed", "runtime", "person"]
"""What can be done about a finding."""

VERDICTS: Mapping[Verdict, str] = {
    "proved": "rewrite (proved)",
    "assumed": "rewrite (assumed)",
    "runtime": "handled by pixroute at run time",
    "person": "needs a person",
}
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of problem: how bad it usually is, in one line, and why with what to do."""

    severity: Severity
    summary: str
    help: str


CODES: Mapping[str, Code] = {
    "MODEL_SHUT_DOWN": Code(
        severity="error",
        summary="the model that is named was shut down",
        help="Name a living model. Sizes, qualities and parameters that the old one took may be rejected by the new.",
    ),
    "ENDPOINT_RETIRED": Code(
        severity="error",
        summary="the endpoint was retired with DALL·E",
        help="Variations have no successor: edit the picture with a prompt that asks for a variation.",
    ),
    "MODEL_IMPLICIT": Code(
        severity="warning",
        summary="no model is named, so the API or a library picks one",
        help="Name the model: what is picked has changed in silence, and what was picked may be gone.",
    ),
    "MODEL_UNKNOWN": Code(
        severity="error",
        summary="there is no model of that name",
        help="Check the spelling against `pixroute models`.",
    ),
    "PARAM_REJECTED": Code(
        severity="error",
        summary="a parameter that the model does not know",
        help="Drop it. `response_format` and `style` were DALL·E's; `input_fidelity` is rejected even if it is null.",
    ),
    "SIZE_ILLEGAL": Code(
        severity="error",
        summary="a size that the model does not draw",
        help="Ask for a size that it draws, and cut or resize the picture to what is wanted.",
    ),
    "QUALITY_UNKNOWN": Code(
        severity="error",
        summary="a quality that the model does not have",
        help="`standard` and `hd` were DALL·E's. Quality names do not compare across generations: see the price.",
    ),
    "VALUE_REJECTED": Code(
        severity="error",
        summary="a value that the model does not take",
        help="Change the value as the message says.",
    ),
    "READS_URL": Code(
        severity="error",
        summary="the answer's URL is read, and GPT image models send none",
        help="Read `b64_json`, or wrap the client: its policy can give the picture as a data URL.",
    ),
    "MODEL_SHUTS_DOWN": Code(
        severity="warning",
        summary="the model that is named stops soon",
        help="Name a model that stays, before that day.",
    ),
    "PREVIEW_RELIED_ON": Code(
        severity="warning",
        summary="a transparent background is asked of a model that draws it as a preview only",
        help="Name a model that draws transparency for good: `pixroute migrate transparency` lists them.",
    ),
    "MODEL_NAMED": Code(
        severity="warning",
        summary="a setting names a model that is gone or going",
        help="Name a living model, and look at the calls that read the setting.",
    ),
    "MODEL_COMPARED": Code(
        severity="warning",
        summary="code branches on the name of a model that is gone or going",
        help="The branch is not taken any more once the name changes: decide which branch the new model belongs to.",
    ),
    "MODEL_LISTED": Code(
        severity="warning",
        summary="a list of choices offers a model that is gone or going",
        help="Take it off the list, and add the models that are to be offered.",
    ),
    "LENGTH_CAPPED": Code(
        severity="warning",
        summary="a limit of length is too short for what is to be held",
        help="Names such as `gpt-image-2.5-sunburst` have 22 characters, and a picture in base64 has millions.",
    ),
    "READS_REVISED_PROMPT": Code(
        severity="warning",
        summary="the answer's revised prompt is read, and GPT image models send none",
        help="Do without it: only DALL·E 3 sent one.",
    ),
    "TIMEOUT_TOO_SHORT": Code(
        severity="warning",
        summary="the time-out is shorter than a picture may take",
        help="Allow 300 seconds: a call that is cut off is billed all the same.",
    ),
    "RETRIES_BILLED": Code(
        severity="note",
        summary="an image call is sent again where it fails, and each attempt may be billed",
        help="Do not repeat a call after a time-out. A wrapped client repeats only what was not billed.",
    ),
    "SDK_PINNED": Code(
        severity="note",
        summary="an old version of the SDK is pinned",
        help="Versions before 3 lack the new parameters and types; they send what they are given.",
    ),
}

RANKS: Mapping[str, int] = {code: rank for rank, code in enumerate(CODES)}
