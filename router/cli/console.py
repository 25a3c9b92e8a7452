"""How text is laid out for people: tables that fit the terminal and read well without colour."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from itertools import zip_longest
from typing import Final, Literal, NamedTuple, NoReturn

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from ..money import MICROS_PER_USD
from .escapes import escaped

WIDE = 120  # columns of output that nobody watches: files, pipes, logs
GAP = 2


class Page(Console):
    """A console that shows what others wrote without obeying it, and leaves a pipe that closes to `program`."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """What is to be written; the colours are ours, the text may be anybody's."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(plain(self, escaped(segment.text)), segment.style)

    def on_broken_pipe(self) -> NoReturn:
        """Rich would end the process here."""
        raise  # noqa: PLE0704 -- rich calls this while it handles the error


def open_page() -> Console:
    """Stdout as a page; colour only on a terminal, and not where NO_COLOR is set."""
    told = "COLUMNS" in os.environ or sys.stdout.isatty()
    return Page(width=None if told else WIDE, highlight=False, markup=False, emoji=False)


def put(page: Console, *what: RenderableType) -> None:
    """Print one below the other, each line without spaces at its end."""
    with page.capture() as captured:
        page.print(*what, sep="\n", soft_wrap=True)
    page.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


# -- tables


class Cell(NamedTuple):
    """What stands in a table: text in one style."""

    text: str
    style: str = ""


class Head(NamedTuple):
    """The head of a column."""

    text: str
    justify: Literal["left", "right"] = "left"


class Squeeze(NamedTuple):
    """A step that makes a table narrower: a column's cells broken into lines of `width`, or no column at all."""

    column: str
    width: int = 0


def draw(
    page: Console, heads: Mapping[str, Head], rows: Iterable[Sequence[Cell]], *, squeeze: Sequence[Squeeze] = ()
) -> Text:
    """A table of rows, squeezed step by step until it fits the page."""
    columns = {name: [Cell(head.text, "bold")] for name, head in heads.items()}
    for row in rows:
        for cells, cell in zip(columns.values(), row, strict=True):
            cells.append(Cell(plain(page, escaped(cell.text)), cell.style))  # before its width is taken
    widths = _squeezed(columns, squeeze, page.width)
    justify = [heads[name].justify for name in columns]
    head, *body = zip(*columns.values(), strict=True)
    rule = [Cell(glyph(page, "─", "-") * width, "dim") for width in widths]
    return Text("\n").join(line for row in (head, rule, *body) for line in _lines(row, widths, justify))


def _squeezed(columns: dict[str, list[Cell]], steps: Iterable[Squeeze], room: int) -> list[int]:
    """Make the columns narrower until there is room for them; gives their widths."""
    whole = dict(columns)
    widths = {name: _width(cells) for name, cells in columns.items()}
    for name, width in steps:
        if sum(widths.values()) + GAP * (len(widths) - 1) <= room:
            break
        if width:
            columns[name] = [Cell(_broken(cell.text, width), cell.style) for cell in whole[name]]
            widths[name] = _width(columns[name])
        else:
            del columns[name], widths[name]
    return list(widths.values())


def _lines(row: Sequence[Cell], widths: Sequence[int], justify: Sequence[str]) -> Iterator[Text]:
    """A row of cells, as many lines as the highest has."""
    for texts in zip_longest(*(cell.text.split("\n") for cell in row), fillvalue=""):
        line = Text()
        for text, cell, width, side in zip(texts, row, widths, justify, strict=True):
            space = " " * (width - cell_len(text))
            line.append(space + text if side == "right" else text + space, cell.style)
            line.append(" " * GAP)
        line.rstrip()
        yield line


def _width(cells: Iterable[Cell]) -> int:
    return max((cell_len(line) for text in {cell.text for cell in cells} for line in text.split("\n")), default=0)


def _broken(text: str, width: int) -> str:
    """Text in lines of a width, as it has lines itself; see `_pieces` for where it is broken."""
    return "\n".join(line for whole in text.split("\n") for line in _filled(whole, width))


def _filled(text: str, width: int) -> Iterator[str]:
    line = ""
    for piece in _pieces(text, width):
        if line and cell_len(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()


def _pieces(text: str, width: int) -> Iterator[str]:
    """What stays together: all up to a space, hyphen or underscore, and in long words up to `/`, `=` or `@`.

    What is too long even so is broken anywhere.
    """
    for word in re.findall(r"\S+\s?|\s", text):
        marks = "_-" if cell_len(word.rstrip()) <= width else "_/=@-"
        for piece in re.findall(rf"[^{marks}]*[{marks}]\s?|[^{marks}]+", word):
            yield from [piece] if cell_len(piece.rstrip()) <= width else _chopped(piece, width)


def _chopped(text: str, width: int) -> Iterator[str]:
    part = ""
    for char in text:
        if part and not char.isspace() and cell_len(part + char) > width:
            yield part
            part = ""
        part += char
    yield part


def heading(text: str) -> Text:
    """A line above a table, as long as it is."""
    return Text(text, "bold")


def listing(page: Console, rows: Sequence[tuple[str, str]], *, right: bool = False) -> Text:
    """Names, each with what belongs to it beside it."""
    width = max(cell_len(name) for name, _ in rows)
    return Text("\n").join(
        Text.assemble((name.rjust(width) if right else name.ljust(width), "dim"), " " * GAP, line)
        for row_name, text in rows
        for name, line in zip_longest([row_name], wrapped(page, Text(text), indent=width + GAP), fillvalue="")
    )


def wrapped(page: Console, text: Text, *, indent: int = 0) -> list[Text]:
    """Text in lines that fit the page."""
    return list(text.wrap(page, page.width - indent))


# -- words and numbers


def glyph(page: Console, sign: str, plain: str) -> str:
    """A sign, or what stands for it where the terminal cannot show it."""
    return sign if page.encoding.lower().startswith("utf") else plain


def plain(page: Console, text: str) -> str:
    """Text without the signs of ours that the terminal cannot show."""
    return glyph(page, text, text.translate(PLAIN))


PLAIN: Final = str.maketrans({"→": "->", "“": '"', "”": '"', "…": "..."})


def dollars(micros: int, *, up: bool = False) -> str:
    """Dollars with four decimals; a ceiling is rounded up."""
    amount = Decimal(micros) / MICROS_PER_USD
    return f"{amount.quantize(FOUR_DECIMALS, ROUND_UP if up else ROUND_HALF_UP):,}"


FOUR_DECIMALS = Decimal("0.0001")


def counted(number: int, what: str) -> str:
    """A number of things, with an `s` where it is not one."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
