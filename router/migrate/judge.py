"""From a call to a finding: judged by the engine and the emulator, then sorted by what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from ..errors import RequestError
from . import advice
from .cases import Case, read_cases
from .codes import Verdict
from .costs import cost_before, dearest
from .edits import Edit, OverlapError, merged
from .findings import Cost, Finding, Problem, Step
from .rulings import Bench, Ruling, is_foreign, rule
from .sites import Json, Mark, Site, Unresolved
from .today import Call, Refused, refuse, retired
from .wants import Clash, Place, Want, Wants, clashes, needed, read_wants, sent, settled, to_edit

WRAPPED: Final = frozenset({"python-sdk", "python-sdk-async", "python-sdk-module"})
"""Surfaces whose client `pixroute.wrap` takes."""

READS_URL_ITSELF: Final = frozenset({"langchain", "crewai", "agno", "autogen"})
"""Surfaces of libraries that read `.url` of what DALL·E answered, and fail where there is none."""

ONLY_A_PART: Final[Mapping[str, str]] = {
    "env": "the call that reads it stands elsewhere",
    "config": "the call that reads it stands elsewhere",
    "batch": "whether the Batch API takes the new model is not known",
    "responses-tool": "which model to name is a choice",
    "pydantic-ai": "which model to name is a choice",
}
"""Surfaces of which not all can be known, and what that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A call that was judged by itself: what it wants of its literals may still clash with what others want.

    `told` is the call as it was read; `site` leaves out what cannot be judged.
    """

    site: Site
    told: Site | None = None
    problems: tuple[Problem, ...]
    judged: tuple[tuple[Case, Ruling], ...]
    wants: Wants
    doubts: tuple[str, ...] = ()
    reads_url: bool = False
    dynamic: str | None = None  # why the model is not known

    @property
    def rulings(self) -> tuple[Ruling, ...]:
        """The ruling of each combination."""
        return tuple(ruling for _, ruling in self.judged)

    @property
    def worst(self) -> tuple[Case, Ruling]:
        """The combination that fares worst, the first of several."""
        return min(self.judged, key=lambda each: each[1].problems[0].rank if each[1].problems else (9, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Healthy:
    """A call that needs nothing, and what it wants of its literals: that they stay."""

    site: Site
    wants: Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A call of a model that is none of OpenAI's, as far as is known here: nobody says what it takes."""

    told: Unresolved


Judged: TypeAlias = Draft | Healthy | Foreign | Unresolved | Finding


def judge(site: Site, marks: Sequence[Mark], bench: Bench) -> Judged:
    """Judge a call by itself; `marks` are those that rest on it."""
    judged = _judge(site, marks, bench)
    return replace(judged, told=site) if isinstance(judged, Draft) else judged


def _judge(site: Site, marks: Sequence[Mark], bench: Bench) -> Judged:
    provider = bench.provider or site.provider
    if site.operation == "variation":
        return _variation(site, bench)
    told = site.parameters.get("model")
    names = [_bare(choice.value) for choice in told.choices] if told else []
    foreign = [name for name in names if is_foreign(name, bench, provider)]
    if foreign and len(foreign) == len(names):
        if provider != "azure":
            return Foreign(told=_unresolved(site, f"`{names[0]}` is no model of OpenAI's that is known here"))
        names = []
    if foreign and names:
        site = _without(site, foreign)
    if (told is not None and not names) or (told is None and provider == "azure"):
        return _dynamic(site, told.unknown if told else None, bench)
    cases = read_cases(site)
    judged = tuple((case, rule(_call(site, case, bench), bench)) for case in cases.cases)
    problems = _union(ruling.problems for _, ruling in judged)
    wants = read_wants(site, judged)
    if not problems:
        return Healthy(site=site, wants=wants)
    return Draft(
        site=site,
        problems=problems,
        judged=judged,
        wants=wants,
        doubts=(*cases.doubts, *_doubts(site, judged, wants)),
        reads_url=_reads_url(judged, marks) or _asks_for_url(judged) or site.surface in READS_URL_ITSELF,
    )


def _without(site: Site, foreign: Sequence[object]) -> Site:
    """The call without the models that are others' business, which are said to be there."""
    told = site.parameters["model"]
    reason = f"`{foreign[0]}` is no model of OpenAI's that is known here"
    own = tuple(choice for choice in told.choices if _bare(choice.value) not in foreign)
    model = replace(told, choices=own, unknown=told.unknown or reason)
    return replace(site, parameters={**site.parameters, "model": model})


def _reads_url(judged: Sequence[tuple[Case, Ruling]], marks: Sequence[Mark]) -> bool:
    """Whether a URL is read that was there once: of a GPT image model it never was, so there it decides nothing."""
    return any(mark.kind == "reads_url" for mark in marks) and any(
        not ruling.named or ruling.asked.startswith("dall-e") for _, ruling in judged
    )


def _bare(name: object) -> object:
    """A model's name without the prefix of a gateway, as in `openai/gpt-image-1`."""
    return name.rpartition("/")[2] if isinstance(name, str) else name


def _call(site: Site, case: Case, bench: Bench) -> Call:
    return Call(
        body=case.body,
        operation=site.operation,
        provider=bench.provider or site.provider,
        surface=site.surface,
    )


def _union(problems: Iterable[Iterable[Problem]]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(each for some in problems for each in some), key=lambda each: each.rank))


def _unresolved(site: Site, reason: str) -> Unresolved:
    return Unresolved(path=site.path, line=site.line, column=site.column, surface=site.surface, reason=reason)


def _doubts(site: Site, judged: Sequence[tuple[Case, Ruling]], wants: Wants) -> Iterator[str]:
    """Why a rewrite may not be all that is needed, though everything that is sent is known."""
    if site.surface in ONLY_A_PART:
        yield ONLY_A_PART[site.surface]
    if any(_is_shared(want) for each in wants.places.values() for want in each):
        yield "what is changed may be read by something else as well"
    if any(ruling.asked.startswith("dall-e") and "response_format" not in case.body for case, ruling in judged):
        yield "DALL·E answered with a URL where nothing else was asked, and who reads the answer is not seen"


def _is_shared(want: Want) -> bool:
    return want.changes and getattr(want.at, "shared", False)


def _asks_for_url(judged: Sequence[tuple[Case, Ruling]]) -> bool:
    return any(case.body.get("response_format") == "url" for case, _ in judged)


# -- a model that is not known


def _dynamic(site: Site, unknown: str | None, bench: Bench) -> Draft | Unresolved:
    """A call of a model that is not known: wrong is only what every living model rejects."""
    reason = f"the model is not known: {unknown}" if unknown else "the model is not known"
    site = replace(site, parameters={name: each for name, each in site.parameters.items() if name != "model"})
    judged = []
    for case in read_cases(site).cases:
        call = _call(site, case, bench)
        common = _rejected_by_all(call, bench)
        only = frozenset(each.param for each in common)
        ruling = replace(rule(call, bench), refused=common, problems=_as_problems(common), only=only, before=None)
        judged.append((case, ruling))
    problems = _union(ruling.problems for _, ruling in judged)
    if not problems:
        return _unresolved(site, reason)
    wants = read_wants(replace(site, insertion=None), judged)
    return Draft(
        site=site,
        problems=problems,
        judged=tuple(judged),
        wants=Wants(places=wants.places, lacking=tuple(name for name in wants.lacking if name != "model")),
        doubts=(reason,),
        reads_url=_asks_for_url(judged),
        dynamic=reason,
    )


def _rejected_by_all(call: Call, bench: Bench) -> tuple[Refused, ...]:
    """What each living model rejects, one parameter at a time."""
    living = dict.fromkeys(model.id for model in bench.day.served(call.provider).values())
    rejected = []
    for name in call.body:
        alone = {"prompt": call.body["prompt"], name: call.body[name]}
        met = [refuse(call, {**alone, "model": model}, bench.day) for model in living]
        if met and all(each is not None and each.param == name for each in met):
            rejected += [each for each in met[:1] if each is not None]
    return tuple(rejected)


def _as_problems(refused: Iterable[Refused]) -> tuple[Problem, ...]:
    return tuple(Problem(code=each.code, severity="error", message=each.message) for each in refused)


# -- variations


def _variation(site: Site, bench: Bench) -> Finding | Healthy:
    refused = retired(bench.on, bench.catalog)
    if refused is None:
        return Healthy(site=site, wants=Wants(places={}))
    return Finding(
        path=site.path,
        line=site.line,
        column=site.column,
        surface=site.surface,
        verdict="person",
        problems=(Problem(code=refused.code, severity="error", message=refused.message),),
        today=refused.told,
        fix=advice.VARIATION,
        parameters=site.parameters,
        in_test=site.in_test,
        client=site.client,
    )


# -- from a draft to a finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What all calls together want of the literals, and where that cannot be."""

    settled: Mapping[Place, Want]
    clashes: Mapping[Place, Clash]


def agree(judged: Iterable[Draft | Healthy]) -> Agreement:
    """Bring together what all calls want."""
    places: dict[Place, list[Want]] = {}
    for each in judged:
        for place, wants in each.wants.places.items():
            places.setdefault(place, []).extend(wants)
    return Agreement(settled=settled(places), clashes={clash.place: clash for clash in clashes(places)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What can be done about a draft: a verdict, what stands in the way of a better one, and edits."""

    verdict: Verdict
    obstacles: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    done: frozenset[str] = field(default_factory=frozenset)


def conclude(draft: Draft, agreement: Agreement, bench: Bench) -> Finding:
    """Say what happens at a call, and what is to be done."""
    site = draft.site
    way = _way(draft, agreement, bench)
    _, ruling = draft.worst
    steps = _steps(draft, way)
    return Finding(
        path=site.path,
        line=site.line,
        column=site.column,
        surface=site.surface,
        verdict=way.verdict,
        problems=_with_url(draft),
        today=advice.today(draft.rulings, is_dynamic=draft.dynamic is not None),
        fix=advice.fix(way.verdict, steps, way.obstacles, advice.Around(site=site, ruling=ruling, bench=bench)),
        parameters=(draft.told or site).parameters,
        steps=steps,
        before=dearest(each.before for each in draft.rulings),
        after=None if draft.dynamic else _cost(draft, way, agreement, bench),
        model=None if draft.dynamic or ruling.decision is None else ruling.decision.model,
        in_test=site.in_test,
        edits=way.edits if way.verdict in ("proved", "assumed") else (),
        client=site.client,
    )


def _with_url(draft: Draft) -> tuple[Problem, ...]:
    if not draft.reads_url:
        return draft.problems
    url = Problem(code="READS_URL", severity="error", message=advice.NO_URL)
    return tuple(sorted((*draft.problems, url), key=lambda each: each.rank))


def _way(draft: Draft, agreement: Agreement, bench: Bench) -> _Way:
    wrapped = draft.site.surface in WRAPPED
    denied = next((reason for ruling in draft.rulings if (reason := advice.denied(ruling))), None)
    if denied is not None:
        return _Way(verdict="person", obstacles=(denied,))
    edits, done, lost = _edits(draft, agreement, bench)
    resized = [text for ruling in draft.rulings if (text := advice.resized(ruling)) and not draft.dynamic]
    obstacles = [*advice.unwritten(lost), *advice.clashing(draft.wants.places, agreement.clashes)]
    if draft.reads_url:
        obstacles.append(advice.NO_URL)
    if needs_deployment(draft):
        return _Way(verdict="person", obstacles=(advice.DEPLOY, *obstacles), edits=edits, done=done)
    if wrapped and (obstacles or resized) and is_served(draft):
        return _Way(verdict="runtime", obstacles=(*obstacles, *resized), edits=edits, done=done)
    if obstacles or not edits or not _is_legal_after(draft, agreement, bench):
        return _Way(verdict="person", obstacles=(*obstacles, *resized), edits=edits, done=done)
    reshaped = [text for pair in draft.judged if "size" in done and (text := advice.reshaped(*pair))]
    doubts = tuple(dict.fromkeys((*draft.doubts, *resized, *reshaped, *_merged_names(draft, agreement))))
    return _Way(verdict="assumed" if doubts else "proved", obstacles=doubts, edits=edits, done=done)


def is_served(draft: Draft) -> bool:
    """Whether a wrapped client would serve the call, its URL included where that is read."""
    return not needs_deployment(draft) and all(
        ruling.legal and (ruling.url or not draft.reads_url) for ruling in draft.rulings
    )


def needs_deployment(draft: Draft) -> bool:
    """Whether another model is needed at Azure, where somebody has to deploy it first."""
    is_known = draft.site.provider == "azure" and draft.dynamic is None
    return is_known and any("model" in needed(ruling, case) for case, ruling in draft.judged)


def gives_url(draft: Draft) -> bool:
    """Whether a wrapped client would put the picture into `.url`."""
    return all(ruling.legal and ruling.url for ruling in draft.rulings)


def _merged_names(draft: Draft, agreement: Agreement) -> Iterator[str]:
    """Why a list or table of models is not the same once several of its names are equal: it may be there to choose."""
    told = draft.site.parameters.get("model")
    new: dict[Json, set[str]] = {}
    for choice in told.choices if told else ():
        region = choice.written.region if choice.written else None
        want = agreement.settled.get(Place(region.path, region.start, "set", "")) if region else None
        if want is not None:
            new.setdefault(str(want.now), set()).add(str(choice.value))
    for now, old in new.items():
        if len(old) > 1:
            names = " and ".join(f"`{name}`" for name in sorted(old))
            yield f"{names} both become `{now}`, so that whatever chooses between them has no choice any more"


def _cost(draft: Draft, way: _Way, agreement: Agreement, bench: Bench) -> Cost | None:  # noqa: PLR0917
    """The price of what is sent: for a rewrite, of the body with those edits that are made."""
    if way.verdict not in ("proved", "assumed"):
        return dearest(each.after for each in draft.rulings)
    return dearest(_cost_of(draft, case, ruling, agreement, bench) for case, ruling in draft.judged)


def _cost_of(draft: Draft, case: Case, ruling: Ruling, agreement: Agreement, bench: Bench) -> Cost | None:  # noqa: PLR0917
    body = _rewritten(draft, agreement, case, ruling)
    if body == dict(sent(ruling, case)):
        return ruling.after
    call = _call(draft.site, case, bench)
    name = body.get("model") or call.implied(bench.on)
    model = bench.find(name if isinstance(name, str) else None, call.provider)
    try:
        return cost_before(replace(call, body=body), model, bench.day) if model and model.price else None
    except RequestError:
        return None


def _rewritten(draft: Draft, agreement: Agreement, case: Case, ruling: Ruling) -> dict[str, Json]:  # noqa: PLR0917
    """The body once the edits are made."""
    params, body = sent(ruling, case), dict(case.body)
    for name in {*body, *params}:
        if _is_done(draft, agreement, (case, name)):
            body[name] = params.get(name)
            if name not in params:
                del body[name]
    return body


def _edits(
    draft: Draft, agreement: Agreement, bench: Bench
) -> tuple[tuple[Edit, ...], frozenset[str], tuple[str, ...]]:
    """The edits of a call, the parameters that they see to, and why others are not seen to."""
    edits: dict[Edit, None] = {}
    done: set[str] = set()
    lost = list(draft.wants.lacking)
    for place, wants in sorted(draft.wants.places.items(), key=lambda each: advice.usual_order(each[0].field)):
        want = agreement.settled.get(place)
        if want is None or not any(each.changes for each in wants):
            continue
        edit = to_edit(place, want, bench.files)
        names = _names(draft, place)
        if edit is not None:
            edits[edit] = None
            done |= names
        elif want.hard:
            lost += sorted(names)
    return tuple(sorted(edits, key=lambda edit: (edit.path, edit.start, edit.end))), frozenset(done), tuple(lost)


def _names(draft: Draft, place: Place) -> set[str]:
    """The parameters that are written at a place."""
    if place.action == "put":
        return {place.field}
    parameters = draft.site.parameters.items()
    if place.action == "cut":
        return {name for name, each in parameters if each.whole and _starts(each.whole, place)}
    return {
        name
        for name, each in parameters
        for choice in each.choices
        if choice.written and _starts(choice.written.region, place)
    }


def _starts(region: object, place: Place) -> bool:
    return (getattr(region, "path", None), getattr(region, "start", None)) == (place.path, place.start)


def _is_legal_after(draft: Draft, agreement: Agreement, bench: Bench) -> bool:
    """Whether each combination is taken once the edits are made, and the files can hold all of them."""
    for case, ruling in draft.judged:
        body = _rewritten(draft, agreement, case, ruling)
        call = _call(draft.site, case, bench)
        if draft.dynamic is None and refuse(call, body, bench.day) is not None:
            return False
    return _fits(draft, agreement, bench)


def _is_done(draft: Draft, agreement: Agreement, of: tuple[Case, str]) -> bool:
    case, name = of
    choice, insertion = case.chosen.get(name), draft.site.insertion
    if choice is None:
        return insertion is not None and _settled(agreement, insertion.region, "put", name)
    whole = draft.site.parameters[name].whole
    if whole is not None and _settled(agreement, whole, "cut", ""):
        return True
    return choice.written is not None and _settled(agreement, choice.written.region, "set", "")


def _settled(agreement: Agreement, region: object, action: str, name: str) -> bool:  # noqa: PLR0917
    place = (getattr(region, "path", ""), getattr(region, "start", 0), action, name)
    return place in agreement.settled


def _fits(draft: Draft, agreement: Agreement, bench: Bench) -> bool:
    edits = _edits(draft, agreement, bench)[0]
    try:
        for path in {edit.path for edit in edits}:
            merged(bench.files.read(path), [edit for edit in edits if edit.path == path])
    except OverlapError:
        return False
    return all(bench.files.read(edit.path)[edit.start : edit.end] == edit.old for edit in edits)


def _steps(draft: Draft, way: _Way) -> tuple[Step, ...]:
    """What changes, each parameter once, in the words of the decision's own reasons."""
    steps: dict[tuple[str, str, str], Step] = {}
    for case, ruling in draft.judged:
        for step in advice.steps(case, ruling):
            key = (step.field, repr(step.before), repr(step.after))
            steps.setdefault(key, replace(step, done=step.field in way.done))
    return tuple(steps.values())
