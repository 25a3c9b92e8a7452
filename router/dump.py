"""A policy back as YAML, in the one way there is to say it, and the hash of its meaning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, TypeAlias

import yaml

from .facts import FACTS, LIMIT_PREFIX, Kind
from .policy import (
    SECONDS,
    Adjustment,
    All,
    Allow,
    Bound,
    Budget,
    Compare,
    Condition,
    Deliver,
    Guard,
    Invariant,
    LedgerSettings,
    Limit,
    Not,
    Policy,
    Route,
    Rung,
    SizeSettings,
    Target,
)
from .policy import Any as AnyOf
from .source import resolve

Document: TypeAlias = dict[str, Any]
Settings: TypeAlias = Policy | SizeSettings | Allow | Deliver | LedgerSettings


def dump_policy(policy: Policy) -> str:
    """Write a policy so that reading it gives the same, places aside; whatever is as by default is left out."""
    return yaml.dump(
        _document(policy), Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH
    )


def revision(policy: Policy) -> str:
    """The hash of what a policy means: comments, layout and the order of keys are not part of it."""
    canonical = json.dumps(_document(policy), sort_keys=True, separators=(",", ":"), default=str)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


WIDTH = 120


class Dumper(yaml.SafeDumper):
    """Writes what `source.py` reads: no aliases, decimals as they are, texts in quotes where they look like more."""

    def ignore_aliases(self, _: object) -> bool:
        """Write everything out where it stands."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _stays_text(text) else '"')


def _stays_text(text: str) -> bool:
    try:
        return text.isprintable() and isinstance(resolve(text), str)
    except OverflowError:
        return False


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{number:f}")


Dumper.add_representer(str, _text)
Dumper.add_representer(Decimal, _decimal)


# ── The whole


def _document(policy: Policy) -> Document:
    blank = Policy(name="", routes=())
    switches = _changed(policy, blank, ("trust_body", "masks", "provenance", "alerts"))
    return _said(
        {
            "pixroute": 1,
            "name": policy.name,
            "description": policy.description or None,
            "as_of": None if policy.as_of is None else policy.as_of.isoformat(),
            "tags": None if policy.tags is None else {tag: list(words) or "any" for tag, words in policy.tags.items()},
            "defaults": dict(policy.defaults) or None,
            "sizes": _sizes(policy.sizes) or None,
            "guards": [_guard(guard) for guard in policy.guards] or None,
            "routes": [_route(route) for route in policy.routes],
            "adjustments": [_rule(each, set=_bounds(each.set)) for each in policy.adjustments] or None,
            "budget": _budget(policy.budget) or None,
            "invariants": [_invariant(each) for each in policy.invariants] or None,
            "allow": _changed(policy.allow, blank.allow) or None,
            "aliases": dict(policy.aliases) or None,
            "deliver": _changed(policy.deliver, blank.deliver) or None,
            "retry": None if policy.retry_ambiguous == blank.retry_ambiguous else {"ambiguous": policy.retry_ambiguous},
            "ledger": _ledger(policy.ledger) or None,
            **switches,
        }
    )


def _said(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}


def _changed(value: Settings, default: Settings, names: Iterable[str] = ()) -> Document:
    """The fields that are not as by default."""
    pairs = [(name, getattr(value, name)) for name in names or [each.name for each in fields(value)]]
    return {name: _plain(new) for name, new in pairs if new != getattr(default, name)}


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Fraction():
            return f"{value.numerator}:{value.denominator}"
        case tuple():
            return [_plain(each) for each in value]
        case frozenset():
            return sorted(value)
        case _:
            return value


def _sizes(settings: SizeSettings) -> Document:
    said = _changed(settings, SizeSettings())
    return said | ({"max_crop": _decimals(settings.max_crop)} if "max_crop" in said else {})


def _ledger(settings: LedgerSettings) -> Document:
    said = _changed(settings, LedgerSettings())
    wait = said.pop("wait_ms", None)
    return said | ({} if wait is None else {"wait_s": _decimals(Fraction(wait, 1000))})


def _decimals(number: Fraction) -> int | Decimal:
    """A number as it is written; it was read from decimals, so it has a last one."""
    return number.numerator if number.denominator == 1 else Decimal(number.numerator) / number.denominator


def _dollars(micros: int) -> int | Decimal:
    return _decimals(Fraction(micros, 1_000_000))


# ── Rules


def _rule(rule: Guard | Route | Adjustment | Limit, **more: object) -> Document:
    return _said({"id": rule.id, "why": getattr(rule, "why", None), "when": _unless_always(rule.when), **more})


def _guard(guard: Guard) -> Document:
    return _rule(guard, unknown=guard.unknown, deny={"code": guard.code, "message": guard.message})


def _route(route: Route) -> Document:
    targets = [_target(target) for target in route.to]
    return _rule(route, to={"cheapest_of": targets} if route.cheapest else targets, set=_bounds(route.set) or None)


def _target(target: Target) -> str | Document:
    return {"model": target.model, "set": _bounds(target.set)} if target.set else target.model


def _bounds(bounds: Iterable[Bound]) -> Document:
    said: Document = {}
    for bound in bounds:
        want = True if bound.op == "drop" else _plain(bound.want)
        otherwise = {} if bound.otherwise is None else {"else": bound.otherwise}
        said[bound.param] = {**said.get(bound.param, {}), bound.op: want, **otherwise}
    return said


def _invariant(invariant: Invariant) -> Document:
    claims: Document = {}
    for claim in invariant.never:
        claims.setdefault(claim.about, {})[claim.op] = _plain(claim.want)
    never = {about: _short(tests) for about, tests in claims.items()}
    given = _unless_always(invariant.given)
    return _said({"id": invariant.id, "why": invariant.why, "given": given, "never": never})


# ── Money


def _budget(budget: Budget) -> Document:
    return _said(
        {
            "per_request": None if budget.per_request_micros is None else _dollars(budget.per_request_micros),
            "limits": [_limit(limit) for limit in budget.limits] or None,
            "when_short": [_rung(rung) for rung in budget.when_short] or None,
        }
    )


def _limit(limit: Limit) -> Document:
    window = limit.window
    return _rule(
        limit,
        scope=list(limit.scope) or None,
        window=window.kind if window.seconds is None else {"rolling": _span(window.seconds)},
        amount=_dollars(limit.amount_micros),
        zone=None if window.zone == "UTC" else window.zone,
        missing=None if limit.missing == "deny" else limit.missing,
    )


def _span(seconds: int) -> str:
    unit = max((unit for unit, length in SECONDS.items() if seconds % length == 0), key=SECONDS.__getitem__)
    return f"{seconds // SECONDS[unit]}{unit}"


def _rung(rung: Rung) -> Document:
    return {"cheaper": "model"} if rung.param == "model" else {"lower": rung.param, "floor": rung.floor}


# ── Conditions


def _unless_always(condition: Condition) -> Document | None:
    return None if condition == All() else _condition(condition)


def _condition(condition: Condition) -> Document:
    match condition:
        case Compare():
            return {condition.fact: _short({condition.op: _want(condition)})}
        case Not(part=part):
            return {"not": _condition(part)}
        case AnyOf(parts=parts):
            return {"any": [_condition(part) for part in parts]}
        case All(parts=parts):
            return _one_mapping(parts) or {"all": [_condition(part) for part in parts]}


def _one_mapping(parts: Iterable[Condition]) -> Document | None:
    """All parts as the keys of one mapping, if they keep their order there and no key stands twice."""
    said: Document = {}
    for key, group in groupby(parts, key=_key):
        piece = _together(list(group))
        if piece is None or key in said:
            return None
        said |= piece
    return said


def _key(part: Condition) -> str:
    return part.fact if isinstance(part, Compare) else type(part).__name__.lower()


def _together(parts: list[Condition]) -> Document | None:
    """Parts with one key as one entry: all comparisons of one fact, or a single part of another kind."""
    if len(parts) == 1:
        return _condition(parts[0])
    compares = [part for part in parts if isinstance(part, Compare)]
    tests = {compare.op: _want(compare) for compare in compares}
    never = "from" in tests and "until" in tests and tests["from"] >= tests["until"]  # refused in one mapping
    return {compares[0].fact: tests} if len(tests) == len(parts) and not never else None


def _want(compare: Compare) -> Any:  # noqa: ANN401  # whatever the fact's type writes
    if compare.op == "exists" or not _is_money(compare.fact):
        return _plain(compare.want)
    wants = compare.want if isinstance(compare.want, tuple) else (compare.want,)
    dollars = [_dollars(want) for want in wants if isinstance(want, int)]
    return dollars if isinstance(compare.want, tuple) else dollars[0]


def _is_money(fact: str) -> bool:
    return fact.startswith(LIMIT_PREFIX) or (fact in FACTS and FACTS[fact].kind is Kind.MONEY)


def _short(tests: Document) -> object:
    """A lone `is` goes without saying."""
    return tests["is"] if tests.keys() == {"is"} else tests
