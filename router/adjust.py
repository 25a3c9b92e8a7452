"""Bend a request to a model: the rules' bounds first, then what the model itself demands; each step is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .bounds import LEFT_OUT, Demand, Unmet, bend, is_met, wish
from .canvas import SizePlan, SizeRefusal, plan_size
from .changes import Change, Warn
from .facts import QUALITIES
from .price import Drawing, output_micros
from .sizes import Size, SizeRule, parse_size, violations

if TYPE_CHECKING:
    from datetime import date

    from .catalog import Model
    from .policy import Bound, Policy, SizeSettings
    from .request import ImageRequest

ALPHA_FORMATS = ("png", "webp")
COMPRESSED_FORMATS = ("jpeg", "webp")
UNPRICED_FORMATS = ("gif", "svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A candidate that cannot serve the request, and why."""

    model: str
    code: str
    reason: str


class Fitted(NamedTuple):
    """A request as one model takes it: `params` is the body to send, `changes` lead there from the body asked.

    `plan` is None where the size is left to the model.
    """

    model: Model
    params: Mapping[str, object]
    changes: tuple[Change, ...]
    warnings: tuple[Warn, ...]
    plan: SizePlan | None
    drawing: Drawing


Fit: TypeAlias = Fitted | Skipped


class Ground(NamedTuple):
    """What every fit of one decision stands on: the policy, the day, and the asked model where it is known."""

    policy: Policy
    on: date
    asked: Model | None
    transparent: bool
    prompt_bytes: int


def fit(
    request: ImageRequest, model: Model, ground: Ground, *, demands: Sequence[Demand] = (), route: str | None = None
) -> Fit:
    """Make a request legal for a model that a route names, with the least change, or say why it must be skipped."""
    lack = lacks(request, model, ground)
    if lack is not None:
        return lack
    draft = Draft(request, model, ground)
    draft.name_model(route)
    draft.bend_quality()
    unmet = draft.meet(demands) if demands else None
    if unmet is not None:
        return unmet
    plan = draft.plan_size()
    if isinstance(plan, Skipped):
        return plan
    draft.keep_alpha()
    draft.drop_what_is_rejected()
    return draft.finish(plan)


def lacks(request: ImageRequest, model: Model, ground: Ground) -> Skipped | None:
    """Find what a model cannot do for a request, the first thing of `ABILITIES`."""
    for code, fails in ABILITIES.items():
        reason = fails(request, model, ground)
        if reason:
            return Skipped(model=model.id, code=code, reason=reason)
    return None


def _is_dead(_: ImageRequest, model: Model, ground: Ground) -> str | None:
    shutdown = model.lifecycle.shutdown
    return f"shut down on {shutdown}" if shutdown is not None and shutdown <= ground.on else None


def _is_unborn(_: ImageRequest, model: Model, ground: Ground) -> str | None:
    return None if model.alive(ground.on) else f"not released before {model.lifecycle.released}"


def _no_operation(request: ImageRequest, model: Model, _: Ground) -> str | None:
    return None if request.operation in model.operations else f"does not {request.operation} images"


def _no_transparency(_: ImageRequest, model: Model, ground: Ground) -> str | None:
    return "cannot draw a transparent background" if ground.transparent and model.transparency == "no" else None


def _needs_preview(_: ImageRequest, model: Model, ground: Ground) -> str | None:
    return _only_preview(model, ground.policy) if ground.transparent else None


def _only_preview(model: Model, policy: Policy) -> str | None:
    names = {f"{model.id}.transparency", f"{model.base}.transparency"}
    if model.transparency != "preview" or not names.isdisjoint(policy.allow.preview):
        return None
    return f"transparency is a preview; `allow.preview` has no `{model.base}.transparency`"


def _no_mask(request: ImageRequest, model: Model, _: Ground) -> str | None:
    return "takes no mask" if request.mask and not model.mask else None


def _no_markup(request: ImageRequest, model: Model, _: Ground) -> str | None:
    return "takes no markup" if request.markup and not model.markup else None


def _too_many_images(request: ImageRequest, model: Model, _: Ground) -> str | None:
    count = len(request.images)
    return f"takes at most {model.max_images} input images, not {count}" if count > model.max_images else None


def _too_many_pictures(request: ImageRequest, model: Model, _: Ground) -> str | None:
    return f"draws at most {model.max_n} pictures a call, not {request.n}" if request.n > model.max_n else None


def _no_format(request: ImageRequest, model: Model, _: Ground) -> str | None:
    asked = request.output_format
    return f"does not write {asked}" if asked in UNPRICED_FORMATS and asked not in model.formats else None


def _no_fidelity(request: ImageRequest, model: Model, _: Ground) -> str | None:
    wanted = request.operation == "edit" and request.input_fidelity == "high"
    able = "high" in model.fidelity or model.fidelity_always_high
    return "has no high input fidelity" if wanted and not able else None


ABILITIES: Mapping[str, Callable[[ImageRequest, Model, Ground], str | None]] = {
    "SHUT_DOWN": _is_dead,
    "NOT_RELEASED": _is_unborn,
    "NO_OPERATION": _no_operation,
    "NO_TRANSPARENCY": _no_transparency,
    "PREVIEW_NOT_ALLOWED": _needs_preview,
    "NO_MASK": _no_mask,
    "NO_MARKUP": _no_markup,
    "TOO_MANY_IMAGES": _too_many_images,
    "TOO_MANY_PICTURES": _too_many_pictures,
    "NO_FORMAT": _no_format,
    "NO_FIDELITY": _no_fidelity,
}


class Why(NamedTuple):
    """The reason for a step, as a code and in words, and the rule that wants it."""

    code: str
    reason: str
    rule: str | None = None


class Draft:
    """A body on its way to a model: its parameters as they stand, and the steps that led there."""

    __slots__ = (
        "background",
        "changes",
        "complexity",
        "ground",
        "input_fidelity",
        "model",
        "moderation",
        "n",
        "output_compression",
        "output_format",
        "params",
        "partial_images",
        "quality",
        "request",
        "size",
        "warnings",
    )

    def __init__(self, request: ImageRequest, model: Model, ground: Ground) -> None:
        self.request = request
        self.model = model
        self.ground = ground
        self.changes: list[Change] = list(request.notes)
        self.warnings: list[Warn] = list(request.warnings)
        self.params: dict[str, object] = dict(request.body)
        for note in request.notes:
            self.params[note.field] = note.after
        self.size = request.size
        self.quality = request.quality
        self.background = request.background
        self.output_format = request.output_format
        self.output_compression = request.output_compression
        self.moderation = request.moderation
        self.input_fidelity = request.input_fidelity
        self.complexity = request.complexity
        self.n = request.n
        self.partial_images = request.partial_images

    def set(self, name: str, value: object, why: Why) -> None:
        """Put a value into the body and record the step."""
        self.changes.append(Change("set", name, self.params.get(name), value, *why))
        self.params[name] = value

    def drop(self, name: str, why: Why) -> None:
        """Take a parameter out of the body and record the step."""
        self.changes.append(Change("drop", name, self.params.pop(name), None, *why))

    def name_model(self, route: str | None) -> None:
        """Name the candidate, and say why it is not the model that was asked."""
        asked, model = self.request.model, self.model.id
        if asked == model:
            return
        self.set("model", model, _why_another_model(asked, self.ground)._replace(rule=route))

    def bend_quality(self) -> None:
        """Go down to the nearest quality that the model's own scale has."""
        asked = self.quality
        scale = self.model.qualities
        if asked == "auto" or asked in scale or not scale:
            return
        below = [word for word in scale if QUALITIES.index(word) < QUALITIES.index(asked)]
        self.quality = below[-1] if below else scale[0]
        reason = f"{self.model.id} has no quality `{asked}`"
        self.set("quality", self.quality, Why("QUALITY_NOT_ON_MODEL", reason))

    def meet(self, demands: Sequence[Demand]) -> Skipped | None:
        """Apply the rules' bounds in order; a hard need beats a bound, a later bound an earlier one."""
        demands = [each for each in demands if self._concerns(each.bound)]
        for demand in demands:
            value = bend(self._value(demand.bound.param), demand.bound, self.model)
            if isinstance(value, Unmet):
                reason = f"cannot meet {demand}: {demand.bound.param} {wish(demand.bound)}"
                return Skipped(model=self.model.id, code="BOUND_NOT_MET", reason=reason)
            if not (self.ground.transparent and self._loses_alpha(demand, value)):
                self._take(demand, value)
        if self.background == "transparent" and (lack := _only_preview(self.model, self.ground.policy)):
            return Skipped(model=self.model.id, code="PREVIEW_NOT_ALLOWED", reason=lack)
        for demand in demands:
            if demand.rule and not self._is_met(demand.bound):
                message = f"{demand} wants {demand.bound.param} {wish(demand.bound)}; a later rule overruled it"
                self._warn("ADJUSTMENT_OVERRULED", message)
        return None

    def _concerns(self, bound: Bound) -> bool:
        return bound.param != "input_fidelity" or self.request.operation == "edit"

    def _is_met(self, bound: Bound) -> bool:
        value = self._value(bound.param)
        beaten = self.ground.transparent and not _keeps_alpha(bound.param, bend(value, bound, self.model))
        return beaten or is_met(value, bound, self.model)

    def _loses_alpha(self, demand: Demand, value: object) -> bool:
        lost = not _keeps_alpha(demand.bound.param, value)
        if lost:
            message = f"{demand} wants {demand.bound.param} {wish(demand.bound)}; the picture must be transparent"
            self._warn("NEED_BEATS_BOUND", message)
        return lost

    def _value(self, name: str) -> object:
        return getattr(self, name) if name in LEFT_OUT else self.params.get(name)

    def _take(self, demand: Demand, value: object) -> None:
        """Set what a bound asks for, where it is not so already."""
        name = demand.bound.param
        reason = f"{demand} wants {name} {wish(demand.bound)}"
        why = Why("RULE" if demand.rule else "LADDER", reason, demand.rule)
        if demand.bound.op == "drop":
            if name in self.params:
                self.drop(name, why)
        elif value != self._value(name):
            self.set(name, value, why)
            value = parse_size(str(value)) if name == "size" else value
        if name in LEFT_OUT:
            setattr(self, name, value)

    def plan_size(self) -> SizePlan | Skipped | None:
        """Find the canvas for the size that is wanted; None where that is left to the model."""
        target = self.size
        if target is None:
            self._spell_auto()
            return None
        model, settings = self.model, self.ground.policy.sizes
        plan = _plan(target, model, quality=self.quality, settings=settings)
        if isinstance(plan, SizeRefusal):
            near = ", ".join(map(str, plan.alternatives))
            return Skipped(model=model.id, code=plan.code, reason=f"{plan.message}; legal sizes near it: {near}")
        if plan.experimental and settings.experimental == "deny":
            reason = f"{plan.canvas} is experimental, and the policy denies that"
            return Skipped(model=model.id, code="EXPERIMENTAL_SIZE", reason=reason)
        self._take_canvas(plan)
        return plan

    def _spell_auto(self) -> None:
        asked = self.params.get("size")
        if asked is not None and asked != "auto":
            self.set("size", "auto", Why("SIZE_SPELLED", "spelled as the API reads it"))

    def _take_canvas(self, plan: SizePlan) -> None:
        target, canvas = self.size or plan.target, str(plan.canvas)
        if self.params.get("size") != canvas:
            same = plan.canvas == target
            code = "SIZE_SPELLED" if same else "SIZE_TO_CANVAS"
            reason = "spelled as the API reads it" if same else _why_another_size(target, self.model.sizes)
            self.set("size", canvas, Why(code, reason))
        if plan.upscaled:
            self._warn("SIZE_UPSCALED", f"{target} is larger than {self.model.id} draws; {canvas} is enlarged to it")
        if plan.experimental and self.ground.policy.sizes.experimental == "warn":
            self._warn("SIZE_EXPERIMENTAL", f"{canvas} has {plan.canvas.pixels:,} pixels; that many is experimental")
        if plan.crop and plan.crop_fraction > self.ground.policy.sizes.max_crop:
            self._warn("SIZE_CROPPED", f"{float(plan.crop_fraction):.0%} of {canvas} is cut away to give {target}")

    def _warn(self, code: str, message: str) -> None:
        self.warnings.append(Warn(code, message))

    def keep_alpha(self) -> None:
        """Keep a transparent request transparent, down to a file format that can hold it."""
        if self.ground.transparent and self.background != "transparent":
            self.background = "transparent"
            self.set("background", "transparent", Why("NEED_TRANSPARENT", "the needs ask for a transparent background"))
        model, asked = self.model, self.output_format
        if self.background == "transparent" and asked not in ALPHA_FORMATS:
            self.output_format = "png"
            self.set("output_format", "png", Why("ALPHA_NEEDS_FORMAT", f"{asked} has no transparency"))
        elif asked not in model.formats and model.formats:
            self.output_format = "png"
            self.set("output_format", "png", Why("FORMAT_NOT_ON_MODEL", f"{model.id} does not write {asked}"))

    def drop_what_is_rejected(self) -> None:
        """Take out what the model would answer with an error; pass on what nobody knows, with a warning."""
        for name in self.request.body:
            if name in HARMLESS or name.startswith("image["):
                continue
            rejected = REJECTED.get(name)
            if rejected is None:
                self._warn("UNKNOWN_PARAM", f"`{name}` is not in the catalogue; it is passed on as it is")
                continue
            reason = rejected(self) if name in self.params else None
            if reason:
                self.drop(name, Why("PARAM_REJECTED", reason))
        for name in BOUND_ONLY:
            if name in self.params and name not in self.request.body:
                reason = REJECTED[name](self)
                if reason:
                    self.drop(name, Why("PARAM_REJECTED", reason))
        if self.request.body.get("response_format") == "url":
            self._warn("URL_NOT_RETURNED", "`url` was asked; GPT image models answer with `b64_json` only")

    def finish(self, plan: SizePlan | None) -> Fitted:
        """Close the draft."""
        request = self.request
        return Fitted(
            model=self.model,
            params=self.params,
            changes=tuple(self.changes),
            warnings=tuple(self.warnings),
            plan=plan,
            drawing=Drawing(
                size=plan.canvas if plan else None,
                quality=None if self.quality == "auto" else self.quality,
                n=self.n,
                partial_images=self.partial_images,
                prompt_bytes=self.ground.prompt_bytes,
                images=request.images,
                mask=request.mask,
                markup=request.markup,
                input_fidelity=self.input_fidelity,
                output_format=self.output_format,
            ),
        )


# -- what a model rejects: a reason, or None where the parameter may stay


def _no_style(draft: Draft) -> str:
    return f"{draft.model.id} has no `style`; say it in the prompt"


def _no_response_format(draft: Draft) -> str:
    return f"{draft.model.id} always answers with `b64_json` and rejects the parameter"


def _fidelity(draft: Draft) -> str | None:
    if draft.request.operation == "generate":
        return "only edits take `input_fidelity`"
    asked, model = draft.input_fidelity, draft.model
    if asked is None:
        return "null is rejected"
    if asked in model.fidelity:
        return None
    draft.input_fidelity = None
    if model.fidelity_always_high:
        return f"{model.id} always works at high fidelity and rejects the parameter"
    return f"{model.id} rejects the parameter"


def _compression(draft: Draft) -> str | None:
    fits = draft.output_format in COMPRESSED_FORMATS
    return None if fits else f"{draft.output_format} takes no compression"


def _moderation(draft: Draft) -> str | None:
    known = draft.moderation in draft.model.moderation
    return None if known else f"{draft.model.id} has no moderation `{draft.moderation}`"


def _complexity(draft: Draft) -> str | None:
    known = draft.complexity is None or draft.complexity in draft.model.complexity
    return None if known else f"{draft.model.id} has no complexity `{draft.complexity}`"


def _partial_images(draft: Draft) -> str | None:
    most = draft.model.max_partial_images if draft.request.stream else 0
    if draft.partial_images <= most:
        return None
    draft.partial_images = 0
    return f"{draft.model.id} sends at most {most}" if most else "partial images come only with `stream`"


def _frames(draft: Draft) -> str | None:
    return None if draft.output_format == "gif" else f"{draft.output_format} has no frames"


def _svg(draft: Draft) -> str | None:
    return None if draft.output_format == "svg" else f"{draft.output_format} is not drawn as SVG"


REJECTED: Mapping[str, Callable[[Draft], str | None]] = {
    "style": _no_style,
    "response_format": _no_response_format,
    "input_fidelity": _fidelity,
    "output_compression": _compression,
    "moderation": _moderation,
    "complexity": _complexity,
    "partial_images": _partial_images,
    "frame_count": _frames,
    "frame_duration_ms": _frames,
    "svg": _svg,
}
BOUND_ONLY = ("input_fidelity", "output_compression", "complexity", "partial_images", "moderation")
HARMLESS = frozenset({
    *("prompt", "model", "size", "quality", "background", "output_format", "n", "stream"),
    *("image", "images", "image[]", "mask", "markup", "user", "safety_identifier"),
})  # fmt: skip


def _why_another_model(asked: str | None, ground: Ground) -> Why:
    if asked is None:
        return Why("MODEL_NOT_NAMED", "the request names no model")
    if ground.asked is None:
        return Why("MODEL_UNKNOWN", f"{asked} is not in the catalogue")
    shutdown = ground.asked.lifecycle.shutdown
    if shutdown is not None and shutdown <= ground.on:
        return Why("MODEL_SHUT_DOWN", f"{asked} was shut down on {shutdown}")
    if asked in ground.policy.aliases:
        return Why("MODEL_ALIAS", f"{asked} stands for {ground.asked.id}")
    return Why("MODEL_ROUTED", f"the route prefers another model to {asked}")


def _why_another_size(target: Size, rule: SizeRule) -> str:
    return "; ".join(violations(target, rule)) or "the nearest size that the model draws"


@lru_cache(maxsize=4096)
def _plan(target: Size, model: Model, *, quality: str, settings: SizeSettings) -> SizePlan | SizeRefusal:
    def cost(canvas: Size) -> int:
        return output_micros(model, canvas, None if quality == "auto" else quality) or 0

    return plan_size(
        target,
        model.sizes,
        fit=settings.fit,
        max_crop=settings.max_crop,
        beyond_ratio=settings.beyond_ratio,
        cost=cost,
    )


def _keeps_alpha(name: str, value: object) -> bool:
    return {"background": value == "transparent", "output_format": value in ALPHA_FORMATS}.get(name, True)
