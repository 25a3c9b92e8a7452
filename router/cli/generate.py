"""`pixroute generate`: draw a picture, or draw after some, and save it in exactly the size that was asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ..app import Router
from ..client import DeniedError, ImageClient, ImageResult, Parameters, ProviderError
from ..deliver import require_pillow
from ..errors import ConfigError, did_you_mean
from ..files import read_bytes
from ..testing import emulated
from ..transport.dimensions import read_dimensions
from .drawings import FORMATS, Drawn, numbered, show_plan, write_drawn
from .exits import Exit
from .options import (
    TEXT_OR_JSON,
    CatalogFiles,
    MoreLimits,
    On,
    Tags,
    TextOrJson,
    open_catalog,
    open_policy,
    pick,
    read_count,
    read_day,
    read_pairs,
)
from .talk import complain

if TYPE_CHECKING:
    from datetime import date

    from ..catalog import Catalog
    from ..client import Picture
    from ..decision import Decision
    from ..policy import Policy
    from ..records import Record

POLICY = "pixroute:migrate-from-gpt-image-1"
OPENAI = "https://api.openai.com/v1"
MOST = 10


def generate(
    prompt: Annotated[str, typer.Argument(metavar="PROMPT", help="What to draw.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The picture: .png, .jpg or .webp.")],
    size: Annotated[
        str | None, typer.Option("--size", metavar="SIZE", help="As in a request: 1200x628, 16:9@2k, og.link.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", "-m", metavar="NAME", help="The model to ask for.")] = None,
    quality: Annotated[str | None, typer.Option("--quality", metavar="WORD", help="The quality to ask for.")] = None,
    n: Annotated[
        str, typer.Option("--n", "-n", metavar="COUNT", help="How many pictures; several are numbered: door-1.png.")
    ] = "1",
    edit: Annotated[
        list[Path] | None, typer.Option("--edit", metavar="IMAGE", help="A picture to draw after; may be repeated.")
    ] = None,
    mask: Annotated[
        Path | None, typer.Option("--mask", metavar="FILE", help="Its clear pixels say what of the first may change.")
    ] = None,
    policy: Annotated[
        str, typer.Option("--policy", "-p", metavar="FILE", help="A file, or `pixroute:NAME` for a shipped one.")
    ] = POLICY,
    emulate: Annotated[
        bool, typer.Option("--emulate", help="Draw with the emulator: no key, no network, no cost.")
    ] = False,
    base_url: Annotated[
        str, typer.Option("--base-url", metavar="URL", envvar="OPENAI_BASE_URL", help="Where the Images API is.")
    ] = OPENAI,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", metavar="URL", help="Where the policy's limits are kept: `sqlite:///spend.db`."),
    ] = None,
    limit: MoreLimits = None,
    tag: Tags = None,
    on: On = None,
    catalog: CatalogFiles = None,
    form: TextOrJson = "text",
) -> int:
    """Draw a picture and save it in exactly the size asked.

    A policy decides what to send; that and its price are printed before it is sent. The key is taken from
    OPENAI_API_KEY; `--emulate` needs none. Ends with 1 where the policy or the provider says no.
    """
    pick("--format", form, TEXT_OR_JSON)
    job = Job(
        prompt=prompt,
        params={
            "model": model,
            "size": size,
            "quality": quality,
            "n": read_count("--n", n, lowest=1, highest=MOST),
            "output_format": _read_format(output),
        },
        images=[read_bytes(path) for path in edit or ()],
        mask=None if mask is None else read_bytes(mask),
        tags=read_pairs("--tag", tag),
    )
    known, day = open_catalog(catalog), read_day(on)
    records: list[Record] = []
    noon = datetime.combine(day, time(12), UTC)
    router = Router(
        _cutting(open_policy(policy, known)),
        known,
        on_decision=[records.append],
        ledger=ledger,
        limits=limit or (),
        now=lambda: noon,
    )
    with closing(router), _provider(base_url, emulate=emulate, on=day, catalog=known) as provider:
        plan = router.decide(job.body, tags=job.tags)
        show_plan(plan, form=form)
        if plan.deny is not None:
            return Exit.FINDINGS
        _require_pillow(plan, router.policy)
        try:
            result = job.draw(router, provider)
        except (DeniedError, ProviderError) as error:
            complain(error)
            return Exit.FINDINGS
    files = [_save(picture, path) for picture, path in zip(result.pictures, numbered(output, result), strict=True)]
    write_drawn(Drawn(result, files, records[-1]), form=form)
    return Exit.FINE


class Provider(NamedTuple):
    """Where pictures are drawn, and with which key."""

    base_url: str
    api_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be drawn; `images` are files to draw after."""

    prompt: str
    params: Parameters
    images: list[bytes]
    mask: bytes | None
    tags: Mapping[str, str]

    @property
    def body(self) -> dict[str, object]:
        """The request as the router reads it, with the sizes of its files in their place."""
        sizes = [size and str(size) for size in map(read_dimensions, self.images)]
        told: dict[str, object] = {"images": sizes, "mask": self.mask is not None} if sizes or self.mask else {}
        return {"prompt": self.prompt, **self.params, "pixroute": told}

    def draw(self, router: Router, provider: Provider) -> ImageResult:
        """Draw it."""
        params: Parameters = {**self.params, "pixroute": {"tags": self.tags}}
        with ImageClient(router, api_key=provider.api_key, base_url=provider.base_url) as client:
            if not self.images:
                return client.generate(self.prompt, **params)
            return client.edit(self.prompt, self.images, mask=self.mask, **params)


def _read_format(output: Path) -> str:
    """The file format by the name; refuses, before anything is paid for, a file that could not be written."""
    kind = FORMATS.get(output.suffix.lower())
    if kind is None:
        hint = did_you_mean(output.suffix.lower(), FORMATS) if output.suffix else "try `door.png`"
        raise ConfigError(f"`{output.name}` does not end in a kind of picture", hint=hint)
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise ConfigError(f"cannot write `{output}`")
    return kind


def _cutting(policy: Policy) -> Policy:
    """The same policy, but the picture is cut to the size asked: that is what this command is for."""
    return replace(policy, deliver=replace(policy.deliver, size="crop"))


def _require_pillow(plan: Decision, policy: Policy) -> None:
    if plan.plan is not None and plan.plan.canvas != plan.plan.target:
        require_pillow(policy)


def _save(picture: Picture, path: Path) -> Path:
    try:
        return picture.save(path)
    except OSError as error:
        raise ConfigError(f"cannot write `{path}`: {error.strerror or error}") from error


@contextmanager
def _provider(base_url: str, *, emulate: bool, on: date, catalog: Catalog) -> Iterator[Provider]:
    if emulate:
        with emulated(on=on, catalog=catalog) as emulator:
            yield Provider(emulator.base_url, "emulated")
        return
    key = os.environ.get("OPENAI_API_KEY")
    if not key:
        raise ConfigError("there is no API key", hint="set OPENAI_API_KEY, or add `--emulate` to draw without one")
    yield Provider(base_url or OPENAI, key)
