"""An official document as records: every text of it, ready to be laid out."""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body; `heading` stands bold, `centred` in the middle of its line."""

    text: str
    heading: bool = False
    centred: bool = False


@dataclass(frozen=True)
class OfficialTable:
    """Rows of texts below `head`; `widths` in parts of the page, `align` a column each.

    `bands` are rows that stand over others, by their place in `rows`: their first text goes across.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: tuple[Align, ...]
    bands: frozenset[int] = frozenset()


Block = Paragraph | OfficialTable


@dataclass(frozen=True)
class Annex:
    """An annex on pages of its own; its number is written by the layout."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class OfficialDocument:
    """A document by the layout of Decree 30/2020, with what a registry fills in left open.

    `kind` is empty for an official letter (Công văn), whose `subject` stands below its number; for
    others it is the title above the subject. `number`, `date` and `signed` are left open:
    `number` is what follows the blank, `place` stands before the open date. `steps` stand at the
    foot of every page: who submitted, returned and approved what is written.
    """

    language: Literal["vi", "en"]
    agency: tuple[str, ...]
    state: tuple[str, str]
    number: str
    place_and_date: str
    kind: str
    subject: str
    addressed: tuple[str, tuple[str, ...]]
    body: tuple[Block, ...]
    recipients: tuple[str, tuple[str, ...]]
    signed: tuple[str, ...]
    annexes: tuple[Annex, ...]
    annex_word: str
    annex_note: str
    title: str
    steps: tuple[str, ...] = ()
