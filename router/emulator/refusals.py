"""What the API answers instead of a picture: every body as data, to the letter where one is known.

Bodies that no source shows are marked `ours`; their words follow the API's own patterns. Sources are keys of FACTS.md,
section 6, or GitHub issues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

Word: TypeAlias = str | int | None
USER = "image_generation_user_error"
INVALID = "invalid_request_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A status and an `error` object; words in braces are filled in."""

    status: int
    error: Mapping[str, Word]


def _body(status: int, message: str, **rest: Word) -> Body:
    return Body(status=status, error=MappingProxyType({"message": message, **rest}))


BODIES: Mapping[str, Body] = MappingProxyType({
    # the request as such
    "no_key": _body(
        401,
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
        "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the "
        "API from your browser and are prompted for a username and password. You can obtain an API key from "
        "https://platform.openai.com/account/api-keys.",
        type=INVALID,
        param=None,
        code=None,
    ),
    "no_such_path": _body(404, "Invalid URL ({method} {path})", type=INVALID, param=None, code=None),
    "no_such_method": _body(405, "Not allowed to {method} on {path}", type=INVALID, param=None, code=None),  # ours
    "content_type": _body(
        400,
        "Unsupported content type: '{given}'. This API method only accepts '{expected}' requests, but you specified "
        "the header 'Content-Type: {given}'. Please try again with a supported content type.",
        type=INVALID,
        param=None,
        code="unsupported_content_type",
    ),
    "not_json": _body(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library "
        "correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
        type=INVALID,
        param=None,
        code=None,
    ),
    "not_a_form": _body(400, "Could not parse multipart form", type=INVALID, param=None, code=None),  # ours
    "unknown_model_object": _body(
        404, "The model '{model}' does not exist", type=INVALID, param="model", code="model_not_found"
    ),
    # parameters, whatever the model
    "unknown_parameter": _body(
        400, "Unknown parameter: '{param}'.", type=INVALID, param="{param}", code="unknown_parameter"
    ),
    "duplicate_parameter": _body(
        400,
        "Duplicate parameter: '{param}'. You provided multiple values for this parameter, whereas only one is allowed. "
        "If you are trying to provide a list of values, use the array syntax instead e.g. '{param}[]=<value>'.",
        type=INVALID,
        param="{param}",
        code="duplicate_parameter",
    ),
    "missing_parameter": _body(
        400,
        "Missing required parameter: '{param}'.",
        type=INVALID,
        param="{param}",
        code="missing_required_parameter",
    ),
    "wrong_type": _body(
        400,
        "Invalid type for '{param}': expected {expected}, but got {given} instead.",
        type=INVALID,
        param="{param}",
        code="invalid_type",
    ),
    "number_too_high": _body(
        400,
        "Invalid '{param}': integer above maximum value. Expected a value <= {most}, but got {given} instead.",
        type=INVALID,
        param="{param}",
        code="integer_above_max_value",
    ),
    "number_too_low": _body(
        400,
        "Invalid '{param}': integer below minimum value. Expected a value >= {least}, but got {given} instead.",
        type=INVALID,
        param="{param}",
        code="integer_below_min_value",
    ),
    "text_empty": _body(
        400,
        "Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string instead.",
        type=INVALID,
        param="{param}",
        code="empty_string",
    ),
    "text_too_long": _body(
        400,
        "Invalid '{param}': string too long. Expected a string with maximum length {most}, but got a string with "
        "length {given} instead.",
        type=INVALID,
        param="{param}",
        code="string_above_max_length",
    ),
    "not_a_choice": _body(
        400, "Invalid value: '{given}'. {choices}", type=INVALID, param="{param}", code="invalid_value"
    ),
    "list_too_long": _body(
        400,
        "Invalid '{param}': array too long. Expected an array with maximum length {most}, but got an array with length "
        "{given} instead.",
        type=INVALID,
        param="{param}",
        code="array_above_max_length",
    ),
    "not_together": _body(400, "{message}", type=INVALID, param="{param}", code="invalid_value"),  # ours
    "not_emulated": _body(
        400,
        "The emulator fetches no addresses and keeps no files: send '{param}' as a data URL.",
        type="emulator_error",
        param="{param}",
        code="not_emulated",
    ),
    # the model and what it takes
    "no_such_model": _body(
        400, "The model '{model}' does not exist.", type=USER, param="model", code="invalid_value"
    ),  # CoursIA#4290
    "not_on_model": _body(400, "Invalid value: '{given}'. {choices}", type=USER, param="{param}", code="invalid_value"),
    "size_off_grid": _body(
        400,
        "Invalid size '{size}'. Width and height must both be divisible by {multiple}.",
        type=USER,
        param="size",
        code="invalid_value",
    ),  # GH:jezweb/claude-skills#91
    "size_malformed": _body(
        400,
        "Invalid size '{size}'. Expected 'auto' or a size such as '1024x1024'.",
        type=USER,
        param="size",
        code="invalid_value",
    ),  # ours
    "size_too_long": _body(
        400,
        "Invalid size '{size}'. The longest edge must be at most {most} pixels.",
        type=USER,
        param="size",
        code="invalid_value",
    ),  # ours
    "size_too_slim": _body(
        400,
        "Invalid size '{size}'. The aspect ratio must be between 1:{most} and {most}:1.",
        type=USER,
        param="size",
        code="invalid_value",
    ),  # ours
    "size_too_small": _body(
        400,
        "Invalid size '{size}'. Requested resolution is below the current minimum pixel budget.",
        type=USER,
        param="size",
        code="invalid_value",
    ),
    "size_too_big": _body(
        400,
        "Invalid size '{size}'. Requested resolution is above the current maximum pixel budget.",
        type=USER,
        param="size",
        code="invalid_value",
    ),  # ours
    "no_transparency": _body(
        400,
        "Transparent background is not supported for this model.",
        type=USER,
        param="background",
        code="invalid_value",
    ),  # GH:Wei-Shaw/sub2api#2277
    "transparent_jpeg": _body(
        400,
        "Transparent background is not supported for output format '{given}'.",
        type=USER,
        param="background",
        code="invalid_value",
    ),  # ours: the answer is known to be 400, not its words
    "no_fidelity": _body(
        400,
        "The model '{model}' does not support the 'input_fidelity' parameter.",
        type=USER,
        param="input_fidelity",
        code="invalid_input_fidelity_model",
    ),  # GH:pydantic/pydantic-ai#5413
    "not_supported": _body(
        400,
        "The model '{model}' does not support the '{param}' parameter.",
        type=USER,
        param="{param}",
        code="invalid_value",
    ),  # ours, after the one above
    # input images
    "unsupported_file": _body(
        400,
        "Invalid file '{param}': unsupported mimetype ('{given}'). Supported file formats are 'image/jpeg', "
        "'image/png', and 'image/webp'.",
        type=INVALID,
        param="{param}",
        code="unsupported_file_mimetype",
    ),  # GH:anasfik/openai#216
    "file_too_large": _body(
        400,
        "Invalid file '{param}': file too large. Expected at most {most} bytes, but got {given} instead.",
        type=INVALID,
        param="{param}",
        code="file_above_max_size",
    ),  # ours
    "unreadable_image": _body(
        400,
        "Invalid image file or mode for image {number}, please check your image file.",
        type=USER,
        param="{param}",
        code="invalid_image_file",
    ),
    "mask_not_png": _body(
        400,
        "Invalid {param} image format - expected a PNG with an alpha channel.",
        type=USER,
        param="{param}",
        code="invalid_{param}_image_format",
    ),  # ours
    "mask_size": _body(
        400,
        "Invalid {param} image format - {param} size does not match image size.",
        type=USER,
        param="{param}",
        code="invalid_{param}_image_format",
    ),  # ours
    # what comes of the account, the prompt or the day
    "moderation": _body(
        400,
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        "help.openai.com and include the request ID {request_id}. safety_violations=[{categories}].",
        type=USER,
        param=None,
        code="moderation_blocked",
    ),
    "rate_limit": _body(
        429,
        "Rate limit reached for {model} (for limit gpt-image) in organization org-emulator on input-images per min: "
        "Limit {limit}, Used {used}, Requested {requested}.{try_again}",
        type="input-images",
        code="rate_limit_exceeded",
    ),
    "quota": _body(
        429,
        "You exceeded your current quota, please check your plan and billing details. For more information on this "
        "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        type="insufficient_quota",
        param=None,
        code="insufficient_quota",
    ),
    "billing_hard_limit": Body(
        status=400,
        error=MappingProxyType({
            "code": "billing_hard_limit_reached",
            "message": "Billing hard limit has been reached",
            "param": None,
            "type": INVALID,
        }),
    ),
    "org_not_verified": _body(
        403,
        "Your organization must be verified to use the model `{model}`. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just "
        "verified, it can take up to 15 minutes for access to propagate.",
        type=INVALID,
        param=None,
        code=None,
    ),
    "server_error": _body(
        500,
        "An error occurred while processing your request. You can retry your request, or contact us through our help "
        "center at help.openai.com if the error persists. Please include the request ID {request_id} in your message.",
        type="server_error",
        param=None,
        code="server_error",
    ),
    # Azure's own
    "azure_no_key": Body(
        status=401,
        error=MappingProxyType({
            "code": "401",
            "message": "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a "
            "valid key for an active subscription and use a correct regional API endpoint for your resource.",
        }),
    ),
    "azure_no_version": Body(
        status=404, error=MappingProxyType({"code": "404", "message": "Resource not found"})
    ),
    "azure_no_deployment": Body(
        status=404,
        error=MappingProxyType({
            "code": "DeploymentNotFound",
            "message": "The API deployment for this resource does not exist. If you created the deployment within the "
            "last 5 minutes, please wait a moment and try again.",
        }),
    ),
    "azure_content_filter": Body(
        status=400,
        error=MappingProxyType({
            "code": "contentFilter",
            "message": "Your task failed as a result of our safety system.",
        }),
    ),
    # the emulator's own paths
    "emulator": _body(400, "{message}", type="emulator_error", param="{param}", code="invalid_fault"),
})  # fmt: skip


class RefusedError(Exception):
    """An answer without a picture: its status, its `error` object, what stands beside that, and headers."""

    def __init__(
        self,
        status: int,
        error: Mapping[str, object],
        *,
        beside: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error.get("message"))
        self.status = status
        self.error = dict(error)
        self.beside = dict(beside or {})
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """The JSON body."""
        return {**self.beside, "error": self.error}


def refusal(name: str, **words: object) -> RefusedError:
    """Fill in one of `BODIES`."""
    body = BODIES[name]
    filled = {key: text.format(**words) if isinstance(text, str) else text for key, text in body.error.items()}
    return RefusedError(body.status, filled)


def supported(values: tuple[str, ...]) -> str:
    """Say which values are taken, in the API's own words."""
    quoted = [f"'{value}'" for value in values]
    match quoted:
        case [only]:
            return f"Value must be {only}."
        case [first, second]:
            return f"Supported values are: {first} and {second}."
        case _:
            return f"Supported values are: {', '.join(quoted[:-1])}, and {quoted[-1]}."
