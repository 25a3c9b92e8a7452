"""A second `plan()`, slow and plain: the design's text as dictionaries, with nothing shared with the stages it checks.

It uses the catalogue's models, the sizes' plan and the price of a drawing, which have tests of their own.
"""

# ruff: noqa: C901, PLR0911, PLR0912, PLR0917  # long and straight is easier to hold against the design's text

from __future__ import annotations

from fnmatch import fnmatchcase
from fractions import Fraction
from typing import NamedTuple

from router.canvas import SizePlan, plan_size
from router.facts import COMPLEXITIES, FACTS, FIDELITIES, QUALITIES
from router.policy import All, Bound, Compare, Not
from router.price import Drawing, output_micros, quote
from router.sizes import Size, halve, parse_size
from router.text import read_text

UNKNOWN, ABSENT = "<unknown>", "<absent>"
HARD_NEED = {"background": {"transparent"}, "output_format": {"png", "webp"}}
SCALES = {"quality": QUALITIES, "complexity": COMPLEXITIES, "input_fidelity": FIDELITIES}
UNSAID = {
    "quality": "auto", "background": "auto", "moderation": "auto", "output_format": "png", "n": 1, "partial_images": 0,
}  # fmt: skip
DEFAULT_OF_THE_API = {"output_compression": 100, "input_fidelity": "low"}


class Answer(NamedTuple):
    """What of a decision a second opinion can be had on."""

    outcome: str
    code: str | None = None
    route: str | None = None
    model: str | None = None
    params: dict | None = None
    touched: frozenset = frozenset()
    gave_up: tuple = ()
    ceiling: int | None = None
    skipped: frozenset = frozenset()


def answer_of(decision):
    """The same of a real decision."""
    routed = decision.outcome == "route"
    return Answer(
        outcome=decision.outcome,
        code=decision.deny.code if decision.deny else None,
        route=decision.route,
        model=decision.model,
        params=dict(decision.params) if routed else None,
        touched=frozenset(change.field for change in decision.changes),
        gave_up=tuple((step.field, step.before, step.after) for step in decision.gave_up),
        ceiling=decision.quote.ceiling_micros if decision.quote else None,
        skipped=frozenset(each.model for each in decision.candidates if each.status == "skipped"),
    )


# What is asked


def asked_for(request, policy):
    """The request as a dictionary, after the policy's defaults; and the body, with what was rewritten."""
    ask = {
        "model": request.model,
        "size": request.size,
        "quality": request.quality,
        "background": request.background,
        "output_format": request.output_format,
        "output_compression": request.output_compression,
        "moderation": request.moderation,
        "input_fidelity": request.input_fidelity,
        "complexity": request.complexity,
        "n": request.n,
        "partial_images": request.partial_images,
    }
    body, touched = dict(request.body), set()
    for note in request.notes:
        body[note.field] = note.after
        touched.add(note.field)
    for name, value in policy.defaults.items():
        raw = request.body.get(name)
        if raw is not None and not (isinstance(raw, str) and raw.strip().lower() == "auto"):
            continue
        if name == "background" and value == "transparent" and request.needs.get("transparent") is False:
            continue
        ask[name] = parse_size(value) if name == "size" else value
        body[name] = value
        touched.add(name)
    return ask, body, touched


def read_facts(request, ask, policy, inputs, models):
    """Every fact by its name in a policy, without money."""
    needs, size = request.needs, ask["size"]
    text = read_text(request.prompt, edit=request.operation == "edit")
    score = needs.get("text.score", text.score)
    facts = {
        "operation": request.operation,
        "transparent": needs.get("transparent", ask["background"] == "transparent"),
        "text_heavy": needs.get("text_heavy", score >= 50 if "text.score" in needs else text.heavy),
        "mask": request.mask,
        "stream": request.stream,
        "size_known": size is not None,
        "text.score": score,
        "text.quoted_chars": needs.get("text.quoted_chars", text.quoted_chars),
        "text.scripts": needs.get("text.scripts", text.scripts),
        "prompt_chars": len(request.prompt),
        **{name: ask[name] for name in ("quality", "output_format", "background", "moderation", "n", "partial_images")},
        "input_fidelity": ask["input_fidelity"] or ABSENT,
        "images": len(request.images),
        "provider": inputs.provider,
        "date": inputs.on,
        "max_cost_usd": ABSENT if request.max_cost_micros is None else request.max_cost_micros,
        "budget_left_usd": UNKNOWN,
        "asked_model": ABSENT,
    }
    facts |= dict.fromkeys(("width", "height", "pixels", "longest_edge", "aspect", "orientation"), UNKNOWN)
    if size:
        width, height = size
        facts |= {"width": width, "height": height, "pixels": width * height, "longest_edge": max(size)}
        facts["aspect"] = Fraction(width, height)
        facts["orientation"] = {0: "square", 1: "landscape", -1: "portrait"}[(width > height) - (width < height)]
    if ask["model"]:
        name = policy.aliases.get(ask["model"], ask["model"])
        facts["asked_model"] = {ask["model"], name, models[name].base if name in models else name}
    return facts | {f"tags.{tag}": value for tag, value in request.tags.items()}


# Conditions, in Kleene's logic: None is unknown


def holds(condition, facts):
    if isinstance(condition, Compare):
        return compare(condition, facts)
    if isinstance(condition, Not):
        return {True: False, False: True, None: None}[holds(condition.part, facts)]
    verdicts = [holds(part, facts) for part in condition.parts]
    decisive = not isinstance(condition, All)  # one false settles `all`, one true settles `any`
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def compare(test, facts):
    name, op, want = test.fact, test.op, test.want
    have = facts.get(name, UNKNOWN if name.startswith("budget.") else ABSENT)
    if op == "exists":
        unsaid = have in (UNKNOWN, ABSENT) or (have == "auto" and name in ("quality", "background", "moderation"))
        return unsaid is not want
    if have == UNKNOWN:
        return None
    if have == ABSENT:
        return op == "not_in"
    if name in FACTS and FACTS[name].order and op in ("lt", "lte", "gt", "gte", "between"):
        if have == "auto":
            return None
        have = QUALITIES.index(have)
        want = [QUALITIES.index(word) for word in want] if op == "between" else QUALITIES.index(want)
    if name == "asked_model":
        tried = [simple(op, each, want) for each in have]
        return all(tried) if op == "not_in" else any(tried)
    return simple(op, have, want)


def simple(op, have, want):
    if op == "between":
        return want[0] <= have <= want[1]
    if op == "any_of":
        return bool(have & set(want))
    if op == "all_of":
        return set(want) <= have
    if op == "like":
        return fnmatchcase(have, want)
    if op in ("in", "not_in"):
        return (have in want) == (op == "in")
    return {
        "is": have == want,
        "lt": op in ("lt", "until") and have < want,
        "until": op in ("lt", "until") and have < want,
        "lte": op == "lte" and have <= want,
        "gt": op == "gt" and have > want,
        "gte": op in ("gte", "from") and have >= want,
        "from": op in ("gte", "from") and have >= want,
    }[op]


# Bounds


def choices(param, model):
    """What a model can be set to, lowest first; None where any value will do."""
    if param == "background":
        return ["transparent", "opaque", "auto"] if model.transparency != "no" else ["opaque", "auto"]
    if param == "moderation":
        return [*model.moderation, "auto"]
    return {
        "quality": model.qualities,
        "complexity": model.complexity,
        "input_fidelity": model.fidelity,
        "output_format": model.formats,
    }.get(param)


def bent(value, bound, model):
    """The value nearest to `value` that meets a bound, or "unmet"."""
    param, op, want = bound.param, bound.op, bound.want
    allowed = choices(param, model)
    if op == "drop":
        return UNSAID.get(param)
    if param == "input_fidelity" and model.fidelity_always_high:
        high = op == "at_least" or want == "high" or (op == "one_of" and "high" in want)
        return value if high else "unmet"
    if param == "size":
        return value if value == parse_size(want) else want
    if op == "exactly":
        return want if allowed is None or want in allowed else "unmet"
    if op == "one_of":
        if value in want and (allowed is None or value in allowed):
            return value
        return bound.otherwise if bound.otherwise in allowed else "unmet"
    meant = DEFAULT_OF_THE_API.get(param, value) if value is None else value
    if param not in SCALES:
        now = meant or 0
        return value if (now >= want if op == "at_least" else now <= want) else want  # the model's most: see `offer`
    order = SCALES[param]
    rank = order.index(meant) if meant in order else None
    bar = order.index(want)
    useless = op == "at_least" and meant not in allowed and meant != DEFAULT_OF_THE_API.get(param)
    if rank is not None and not useless and (rank >= bar if op == "at_least" else rank <= bar):
        return value
    fitting = [
        word
        for word in order
        if word in allowed and (order.index(word) >= bar if op == "at_least" else order.index(word) <= bar)
    ]
    if not fitting:
        return value if op == "at_most" and not allowed else "unmet"
    return fitting[0] if op == "at_least" else fitting[-1]


# One model


class Offer(NamedTuple):
    model: object
    params: dict
    touched: frozenset
    ceiling: int
    target: Size | None
    values: dict


def offer(case, target, model, *, steps):
    """A request as a model takes it, and its ceiling; None where the model is not able. `steps` are the ladder's."""
    request, policy, on = case["request"], case["policy"], case["on"]
    values, params, touched = dict(case["ask"]), dict(case["body"]), set(case["touched"])
    alpha = case["facts"]["transparent"]
    if not able(request, values, model, policy=policy, on=on, alpha=alpha):
        return None

    def put(name, value):
        params[name] = value
        touched.add(name)

    def drop(name):
        if name in params:
            del params[name]
            touched.add(name)

    if values["model"] != model.id:
        put("model", model.id)
    if values["quality"] not in (*model.qualities, "auto"):
        below = [word for word in model.qualities if QUALITIES.index(word) < QUALITIES.index(values["quality"])]
        values["quality"] = [*model.qualities[:1], *below][-1]
        put("quality", values["quality"])
    for bound in (*steps, *case["bounds"], *target.set, *case["late bounds"]):
        name = bound.param
        if name == "input_fidelity" and request.operation == "generate":
            continue
        value = bent(values.get(name, params.get(name)), bound, model)
        if value == "unmet" or (name == "n" and value > model.max_n):
            return None
        if alpha and name in HARD_NEED and value not in HARD_NEED[name]:
            continue
        if bound.op == "drop":
            drop(name)
        elif value != values[name]:
            put(name, value)
        values[name] = parse_size(value) if name == "size" and isinstance(value, str) else value
    if values["background"] == "transparent" and not draws_alpha(model, policy):
        return None
    plan = sized(values, model, policy)
    if plan == "refused":
        return None
    canvas = str(plan.canvas) if plan else "auto"
    if params.get("size") != canvas and not (plan is None and params.get("size") is None):
        put("size", canvas)
    if alpha and values["background"] != "transparent":
        values["background"] = "transparent"
        put("background", "transparent")
    if values["background"] == "transparent" and values["output_format"] not in HARD_NEED["output_format"]:
        values["output_format"] = "png"
        put("output_format", "png")
    if values["output_format"] not in model.formats:
        values["output_format"] = "png"
        put("output_format", "png")
    for name in unwanted(request, values, model):
        drop(name)
        values[name] = UNSAID.get(name)
    price = quote(model, drawing(request, values, plan))
    if price is None or (
        price.confidence == "estimated" and not {model.id, model.base} & policy.allow.estimated_prices
    ):
        return None
    return Offer(model, params, frozenset(touched), price.ceiling_micros, plan.target if plan else None, values)


def able(request, values, model, *, policy, on, alpha):
    """What a model must have; whatever else there is can be bent."""
    return (
        (model.lifecycle.released is None or model.lifecycle.released <= on)
        and (model.lifecycle.shutdown is None or on < model.lifecycle.shutdown)
        and request.operation in model.operations
        and (not alpha or draws_alpha(model, policy))
        and (model.mask or not request.mask)
        and (model.markup or not request.markup)
        and len(request.images) <= model.max_images
        and values["n"] <= model.max_n
        and (values["output_format"] not in ("gif", "svg") or values["output_format"] in model.formats)
        and (
            request.operation == "generate"
            or values["input_fidelity"] != "high"
            or "high" in model.fidelity
            or model.fidelity_always_high
        )
    )


def draws_alpha(model, policy):
    allowed = {f"{model.base}.transparency", f"{model.id}.transparency"} & policy.allow.preview
    return model.transparency == "yes" or (model.transparency == "preview" and bool(allowed))


def sized(values, model, policy):
    """The plan of the size, None for `auto`, "refused" where there is none."""
    if values["size"] is None:
        return None
    quality = None if values["quality"] == "auto" else values["quality"]
    plan = plan_size(
        values["size"],
        model.sizes,
        fit=policy.sizes.fit,
        max_crop=policy.sizes.max_crop,
        beyond_ratio=policy.sizes.beyond_ratio,
        cost=lambda size: output_micros(model, size, quality) or 0,
    )
    refused = not isinstance(plan, SizePlan) or (plan.experimental and policy.sizes.experimental == "deny")
    return "refused" if refused else plan


def unwanted(request, values, model):
    """The parameters that the model would answer with an error."""
    fidelity = values["input_fidelity"]
    reasons = {
        "style": True,
        "response_format": True,
        "input_fidelity": request.operation == "generate" or fidelity not in model.fidelity,
        "output_compression": values["output_format"] not in ("jpeg", "webp"),
        "moderation": values["moderation"] not in model.moderation,
        "complexity": values["complexity"] is not None and values["complexity"] not in model.complexity,
        "partial_images": values["partial_images"] > (model.max_partial_images if request.stream else 0),
    }
    return [name for name, holds_true in reasons.items() if holds_true]


def drawing(request, values, plan):
    return Drawing(
        size=plan.canvas if plan else None,
        quality=None if values["quality"] == "auto" else values["quality"],
        n=values["n"],
        partial_images=values["partial_images"],
        prompt_bytes=len(request.prompt.encode("utf-8", "surrogatepass")),
        images=request.images,
        mask=request.mask,
        markup=request.markup,
        input_fidelity=values["input_fidelity"],
        output_format=values["output_format"],
    )


# The whole


def plan(request, policy, inputs):
    models = inputs.catalog.on(inputs.on, inputs.provider)
    ask, body, touched = asked_for(request, policy)
    facts = read_facts(request, ask, policy, inputs, models)
    limits = [
        limit
        for limit in policy.budget.limits
        if holds(limit.when, facts) is not False
        and not (limit.missing == "exempt" and any(tag not in request.tags for tag in limit.scope))
    ]
    left = money_left(policy, limits, inputs.budget_left_micros)
    if left:
        facts |= {"budget_left_usd": min(left.values())}
        facts |= {f"budget.{name}.left_usd": amount for name, amount in left.items()}
    if inputs.budget_left_micros is not None:
        for limit in limits:
            if limit.missing == "deny" and any(tag not in request.tags for tag in limit.scope):
                return Answer("deny", "tag_required")
    for guard in policy.guards:
        verdict = holds(guard.when, facts)
        if verdict or (verdict is None and guard.unknown != "skip"):
            return Answer("deny", guard.code)
    route = next((each for each in policy.routes if holds(each.when, facts)), None)
    if route is None:
        return Answer("deny", "no_route")
    case = {
        "request": request,
        "policy": policy,
        "on": inputs.on,
        "ask": ask,
        "body": body,
        "touched": touched,
        "facts": facts,
        "bounds": route.set,
        "late bounds": [bound for each in policy.adjustments if holds(each.when, facts) for bound in each.set],
    }
    rivals = rivals_of(route, ask["model"], policy, models=models, without=inputs.without)
    offers = [offer(case, target, model, steps=()) for target, model in rivals]
    able_ones = [each for each in offers if each]
    if not able_ones:
        return Answer("deny", "no_able_model", route.id)
    best = min(able_ones, key=lambda each: each.ceiling) if route.cheapest else able_ones[0]
    own = [each for each in (policy.budget.per_request_micros, request.max_cost_micros) if each is not None]
    cap = min((*left.values(), *(each - inputs.committed_micros for each in own)), default=None)
    gave_up, steps = [], {}
    if cap is not None:
        best = climb_down(case, rivals, best, cap=cap, steps=steps, gave_up=gave_up)
        if best.ceiling > cap:
            return Answer("deny", "budget_exceeded", route.id)
    return Answer("route", None, route.id, best.model.id, best.params, best.touched, tuple(gave_up), best.ceiling)


def money_left(policy, limits, given):
    if given is None:
        return {}
    if not policy.budget.limits:
        return {"budget": given} if isinstance(given, int) else dict(given)
    amounts = {limit.id: given if isinstance(given, int) else given.get(limit.id) for limit in limits}
    return {name: amount for name, amount in amounts.items() if amount is not None}


def rivals_of(route, asked, policy, *, models, without):
    """The route's targets that can be looked up, each model once."""
    found = {}
    for target in route.to:
        name = asked if target.model == "asked" else target.model
        name = policy.aliases.get(name, name)
        if name in models and name not in without:
            found.setdefault(name, (target, models[name]))
    return list(found.values())


def climb_down(case, rivals, best, *, cap, steps, gave_up):
    def targets_offer(name, tried):
        target, model = next(each for each in rivals if each[1].id == name)
        bounds = [
            Bound(param=param, op="exactly" if param == "size" else "at_most", want=value)
            for param, value in tried.items()
        ]
        return offer(case, target, model, steps=bounds)

    def seen(param, one):
        if param == "size":
            return str(one.target) if one.target else "auto"
        return one.model.id if param == "model" else one.values[param]

    for rung in case["policy"].budget.when_short:
        tries = None if rung.param == "model" else iter(values_below(rung, best))
        while best.ceiling > cap:
            if tries is None:
                others = [targets_offer(model.id, steps) for _, model in rivals]
                cheaper = [each for each in others if each and each.ceiling < best.ceiling]
                if not cheaper:
                    break
                found = max(cheaper, key=lambda each: each.ceiling)
            else:
                value = next(tries, None)
                if value is None:
                    break
                found = targets_offer(best.model.id, {**steps, rung.param: value})
                if not found or found.ceiling >= best.ceiling:
                    continue
                steps[rung.param] = value
            gave_up.append((rung.param, seen(rung.param, best), seen(rung.param, found)))
            best = found
    return best


def values_below(rung, best):
    """What a rung tries, from the value in hand down to its floor."""
    if rung.param == "quality":
        scale = best.model.qualities
        now = best.values["quality"]
        below = scale if now == "auto" else scale[: scale.index(now)]
        return [word for word in reversed(below) if QUALITIES.index(word) >= QUALITIES.index(rung.floor)]
    if rung.param == "size":
        sizes, size = [], best.target
        while True:
            size = halve(size) if size else Size(1024, 1024)
            if size.pixels < max(rung.floor, 256):
                return sizes
            sizes.append(str(size))
    return range(best.values[rung.param] - 1, rung.floor - 1, -1)
