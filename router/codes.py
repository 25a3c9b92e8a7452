"""Every code that a decision or an error carries, and what it means; the reference page is made of these tables."""

from __future__ import annotations

from collections.abc import Mapping

CHANGES: Mapping[str, str] = {
    "DEFAULT": "The policy's default was put where the request had `auto`, null or nothing.",
    "PARAM_READ": "A value was read as what it means: `standard` as `medium`, the text `1` as the number.",
    "MODEL_NOT_NAMED": "The request names no model.",
    "MODEL_UNKNOWN": "The model that was asked is not in the catalogue.",
    "MODEL_SHUT_DOWN": "The model that was asked is dead on that day.",
    "MODEL_ALIAS": "The name that was asked stands for this model, by the policy's `aliases`.",
    "MODEL_ROUTED": "The route prefers another model, or the one that was asked was skipped.",
    "RULE": "A bound of a route, a target or an adjustment.",
    "LADDER": "Lowered to fit the money there is; `gave_up` says how much that saves.",
    "QUALITY_NOT_ON_MODEL": "The model has no such quality; the nearest it has was taken, downwards.",
    "SIZE_SPELLED": "The same size, as the API spells it.",
    "SIZE_TO_CANVAS": "The model does not draw the size; this canvas is drawn, then cut or resized.",
    "NEED_TRANSPARENT": "The caller's needs ask for a transparent background.",
    "ALPHA_NEEDS_FORMAT": "The file format that was asked has no transparency.",
    "FORMAT_NOT_ON_MODEL": "The model does not write the file format that was asked.",
    "PARAM_REJECTED": "The model answers this parameter with an error; it was left out.",
}

SKIPS: Mapping[str, str] = {
    "NOT_NAMED": "The target is `asked`, and the request names no model.",
    "UNKNOWN_MODEL": "The model is not in the catalogue for the provider.",
    "RULED_OUT": "An earlier attempt of the same call ruled the model out.",
    "SHUT_DOWN": "The model is dead on that day.",
    "NOT_RELEASED": "The model does not exist yet on that day.",
    "NO_OPERATION": "The model does not generate, or does not edit.",
    "NO_TRANSPARENCY": "The model cannot draw a transparent background.",
    "PREVIEW_NOT_ALLOWED": "The model's transparency is a preview, and `allow.preview` does not list it.",
    "NO_MASK": "The model takes no mask.",
    "NO_MARKUP": "The model takes no markup.",
    "TOO_MANY_IMAGES": "The model takes fewer input images.",
    "TOO_MANY_PICTURES": "The model draws fewer pictures a call; `n` is never lowered in silence.",
    "NO_FORMAT": "The model does not write `gif` or `svg`.",
    "NO_FIDELITY": "The model has no high input fidelity.",
    "BOUND_NOT_MET": "No value of the model meets a bound.",
    "RATIO_BEYOND_LIMIT": "The size is longer and thinner than the model draws, and `sizes.beyond_ratio` is `deny`.",
    "SIZE_NOT_LEGAL": "The size is not one that the model draws, and `sizes.fit` is `reject`.",
    "EXPERIMENTAL_SIZE": "The canvas is experimental, and `sizes.experimental` is `deny`.",
    "NO_PRICE": "The price is not known.",
    "TOO_DEAR": "As it was asked, its ceiling does not fit the money there is.",
    "PRICE_ESTIMATED": "The price is an estimate, and `allow.estimated_prices` does not list the model.",
}

WARNINGS: Mapping[str, str] = {
    "BUDGET_NOT_CHECKED": "The policy has a budget, and what is left of it was not given.",
    "BODY_NOT_TRUSTED": "A part of the body's `pixroute` key was passed over, by `trust_body`.",
    "TAG_UNDECLARED": "The policy's `tags` do not have this tag.",
    "TAG_VALUE_UNDECLARED": "The policy's `tags` do not have this value.",
    "ADJUSTMENT_OVERRULED": "A later bound undid an earlier one.",
    "NEED_BEATS_BOUND": "A bound would lose the transparency that is needed; it was passed over.",
    "SIZE_UPSCALED": "The picture is enlarged to the size that was asked.",
    "SIZE_EXPERIMENTAL": "The provider calls canvases of this many pixels experimental.",
    "SIZE_CROPPED": "More than `sizes.max_crop` of the canvas is cut away.",
    "UNKNOWN_PARAM": "A parameter that the catalogue does not know was passed on as it is.",
    "ANSWER_SIZE": "The picture that came back has another size than was sent.",
    "ANSWER_QUALITY": "The picture that came back has another quality than was sent.",
    "ANSWER_BACKGROUND": "The picture that came back has another background than was sent.",
    "ANSWER_FORMAT": "The picture that came back is in another file format than was sent.",
    "ANSWER_NO_ALPHA": "A transparent picture was sent for, and the one that came back has no transparent pixel.",
    "USAGE_MISSING": "The answer does not say what was used.",
    "USAGE_ABOVE_CEILING": "More was used than the ceiling of the quote.",
    "PROVENANCE_DROPPED": "The picture was encoded anew, and its C2PA provenance record is gone.",
    "PROVENANCE_KEPT": "The picture was left as it came, because the policy keeps provenance records.",
    "DELIVERY_FAILED": "The picture could not be cut, pasted or given a URL, or pillow is missing; it is as it came.",
    "MASK_NOT_EXACT": "Outside the mask the pixels are not exactly the original's: resized, or in a lossy format.",
    "URL_NOT_RETURNED": "`response_format: url` was asked; GPT image models answer with `b64_json` only.",
}

DENIALS: Mapping[str, str] = {
    "no_route": "No route holds for the request.",
    "no_able_model": "No candidate of the route can serve the request; each is listed with its reason.",
    "tag_required": "A limit is kept by a tag that the request does not carry.",
    "budget_exceeded": "The ceiling does not fit the money there is, even after the last rung of the ladder.",
    "operation_under_way": "Money is held for the same operation key: it is not paid twice.",
    "operation_paid": "The same operation key was paid already.",
    "operation_may_be_paid": "The same operation key may have been billed, and nobody has said what became of it.",
    "ledger_unreachable": "The store of budgets does not answer, and `ledger.unreachable` is `deny`.",
    "ledger_in_doubt": "The store of budgets may have lost writes, and nobody has accepted that.",
}

REQUEST_ERRORS: Mapping[str, str] = {
    "missing_required_parameter": "There is no prompt.",
    "invalid_type": "A value is of the wrong type.",
    "invalid_value": "A value is not one that the parameter takes.",
    "integer_above_max_value": "A number is too large; `n` is at most 10.",
    "integer_below_min_value": "A number is too small.",
    "string_above_max_length": "The prompt is longer than 32,000 characters.",
    "array_above_max_length": "There are more than 16 input images.",
    "contradiction": "The caller's needs contradict a parameter of the same request.",
    "unsupported_surface": "The body belongs to another API, such as Responses.",
    "invalid_json": "A line, a file or a body is not JSON.",
    "invalid_form": "A form cannot be taken apart.",
    "empty_file": "A file of a form has no bytes; it may have been read before.",
    "unsupported_content_type": "A body is neither JSON nor a form.",
}
