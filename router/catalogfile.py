"""A catalogue made of its files, each laid over those before: what a later one says comes first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import reduce
from types import MappingProxyType
from typing import Any, TypeAlias

from .catalog import Catalog, Fact, ModelFacts, Provider
from .catalogdoc import CatalogDocument, ModelPart, read_catalog_document
from .errors import CatalogError, Problem, did_you_mean

File: TypeAlias = tuple[str | bytes, str]
"""A text, and the path that places in it are given with."""


def read_catalog(files: Iterable[File], overlays: Iterable[File] = ()) -> Catalog:
    """Read a whole catalogue, then lay the user's own files over it, in their order.

    Raises:
        CatalogError: with every mistake in the first file that has one.
    """
    documents = sorted((read_catalog_document(*file) for file in files), key=lambda document: document.extends or "")
    return reduce(lay, [*documents, *(read_catalog_document(*file) for file in overlays)], EMPTY)


def overlay(catalog: Catalog, text: str | bytes, path: str) -> Catalog:
    """Lay a document over a catalogue; `path` is only for places.

    What it says of a model goes before what was known, in the periods that it says it for. A provider that is new has
    the models that it lists and no others.

    Raises:
        CatalogError: with every mistake in the document.
    """
    return lay(catalog, read_catalog_document(text, path))


def lay(catalog: Catalog, document: CatalogDocument) -> Catalog:
    """Lay what was read over a catalogue, or raise a `CatalogError` where the two do not fit."""
    problems = [*_provider_problems(catalog, document), *_model_problems(catalog, document)]
    if problems:
        raise CatalogError(problems)
    laid = _laid(catalog, document)
    unknown = list(_deployment_problems(document, laid))
    if unknown:
        raise CatalogError(unknown)
    providers = {**catalog.providers, document.provider: laid}
    return Catalog(providers=MappingProxyType(providers), revision=revision(providers))


def _laid(catalog: Catalog, document: CatalogDocument) -> Provider:
    known, below = _known(catalog, document), _below(catalog, document)
    models = dict(known.models)
    for name, part in document.models.items():
        alike = models.get(part.like or "") or below.models.get(part.like or "")
        models[name] = _over(part, below.models.get(name), alike)
    deployments = {**known.deployments, **document.deployments}
    return Provider(models=MappingProxyType(models), deployments=MappingProxyType(deployments))


NOTHING = Provider(models=MappingProxyType({}), deployments=MappingProxyType({}))


def _known(catalog: Catalog, document: CatalogDocument) -> Provider:
    """The provider as it was before."""
    return catalog.providers.get(document.provider, NOTHING)


def _below(catalog: Catalog, document: CatalogDocument) -> Provider:
    """What the document is laid over: the provider as it was, or the one that a new provider extends."""
    return catalog.providers.get(document.extends or document.provider, NOTHING)


def _over(part: ModelPart, itself: ModelFacts | None, alike: ModelFacts | None) -> ModelFacts:
    below = itself or alike
    layers = dict(below.facts) if below else {}
    for kind, facts in part.facts.items():
        layers[kind] = (facts, *layers.get(kind, ()))
    return ModelFacts(
        generation=part.generation or (below.generation if below else ""),
        snapshots=(*(itself.snapshots if itself else ()), *part.snapshots),
        facts=MappingProxyType(layers),
    )


# --- what can only be seen with the rest of the catalogue at hand


def _provider_problems(catalog: Catalog, document: CatalogDocument) -> Iterator[Problem]:
    if document.extends is None:
        return
    at = document.place("extends")
    if document.provider in catalog.providers:
        yield Problem(at=at, message=f"`{document.provider}` is known already", hint="leave out `extends`")
    elif document.extends not in catalog.providers:
        hint = did_you_mean(document.extends, catalog.providers)
        yield Problem(at=at, message=f"unknown provider `{document.extends}`", hint=hint)


def _model_problems(catalog: Catalog, document: CatalogDocument) -> Iterator[Problem]:
    """A new model is like one that is known by then, or says what generation it is of; otherwise it is a slip."""
    below = _below(catalog, document).models
    known = set(below)
    for name, part in document.models.items():
        like = part.like
        if like is not None and name in below:
            at = document.place("models", name, "like")
            yield Problem(at=at, message=f"`{name}` is known already", hint="leave out `like`")
        elif like is not None and like not in known:
            at = document.place("models", name, "like")
            yield Problem(at=at, message=f"unknown model `{like}`", hint=did_you_mean(like, known))
        elif like is None and name not in below and part.generation is None:
            message = f"unknown model `{name}`: a new one needs `like` or `generation`"
            yield Problem(at=document.place("models", name), message=message, hint=did_you_mean(name, known))
        known.add(name)


def _deployment_problems(document: CatalogDocument, laid: Provider) -> Iterator[Problem]:
    known = laid.own_names
    for name, model in document.deployments.items():
        if model not in known:
            at = document.place("deployments", name)
            yield Problem(at=at, message=f"unknown model `{model}`", hint=did_you_mean(model, known))


# --- the revision


def revision(providers: Mapping[str, Provider]) -> str:
    """The hash of what a catalogue says: not of its comments, its layout, or who says it."""
    canonical = json.dumps(dict(providers), default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _plain(value: object) -> Any:  # noqa: ANN401  # whatever JSON takes
    match value:
        case Fact():
            return {"since": value.since, "until": value.until, "confidence": value.confidence, "gives": value.gives}
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(value)
        case Mapping():
            return dict(value)
        case _ if is_dataclass(value):
            return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(value)


EMPTY = Catalog(providers=MappingProxyType({}), revision=revision({}))
