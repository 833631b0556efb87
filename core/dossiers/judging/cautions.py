"""What a reader has to know of a matching before believing it, each in one sentence."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from core.dossiers.judging.forms import Offer
from core.dossiers.judging.periods import Period

RULES = {  # what each rule of `forms.STEPS` does
    "organisation": "the office is written inside out or back, and zeros in it don't count",
    "year": "a year has two or four digits",
    "zeros": "leading zeros don't count",
    "separators": "points, hyphens and strokes don't count",
    "ending": "only the day and the number at the end count",
}
TWO_FORMS = (
    "the two lists write the codes of dossiers in different ways, such as {provincial} on the "
    "provincial portal and {national} on the national one: {count} dossiers without a partner "
    "would find one if {rules}. They are not called missing: say whether they are the same"
)
LOST_ZEROS = (
    "column {column} of {file} seems to have lost leading zeros: {provincial} on the provincial "
    "portal and {national} on the national one. {count} dossiers without a partner would find one "
    "if leading zeros don't count. They are not called missing: say whether they are the same"
)
HARDLY = (
    "the codes of the two lists hardly meet: {both} of {shorter} dossiers of the shorter list are "
    "in the other one, such as {provincial} on the provincial portal and "
    "{national} on the national one. Nothing is called missing: check that both lists hold the "
    "same kind of code and the same dossiers"
)
RULED = "codes were compared by a rule that was agreed to: {rules}"
UNREAD = "{count} rows can't be read, so nothing is clear of their dossiers"
MADE_NUMBERS = (
    "{count} codes in column {column} of {file} were made numbers by a spreadsheet and lost "
    "digits, such as {value} in line {line}: export the list anew with this column as text"
)
MADE_DATES = (
    "{count} codes in column {column} of {file} were made dates by a spreadsheet, such as {value} "
    "in line {line}: export the list anew with this column as text"
)
CONTRADICT = (
    "{count} dossiers have several rows that contradict each other on digitisation or payment: "
    "nothing is said of these until you choose which row counts"
)
ROW_CHOSEN = "where rows of one dossier differ, {which}: {count} rows repeat a dossier"
WHICH = {
    "latest": "the latest by date counts, of the same day the last one in the list",
    "any": "one row that says yes is enough",
    "first": "the first one in the list counts",
}
OTHER_PERIODS = (
    "the lists have different periods: {ours} on the provincial portal, {theirs} on the national "
    "one. {count} dossiers outside the days of the other list are counted apart, not as missing"
)
ASIDES = "{totals} rows are totals and {headings} are headings or signatures: they are no dossiers"
TOTAL_OFF = "{file} says that it has {said} dossiers, but {found} are in its rows"
HIDDEN = "{count} rows of {file} are hidden by a filter; they were read as well"
UNHIDDEN = "{count} rows of {file} that a filter hides were left out, as was chosen"
BLIND = (
    "whether a filter hides rows of {file} can't be seen in a file of this kind: all of its rows "
    "were read; save it as .xlsx to be told"
)
SAME_FILE = "{ours} and {theirs} are the same file: a list differs in nothing from itself"
HEADED_TWICE = (
    "{file} has several columns under the heading {column}: the first was read; take the others "
    "away, or choose among them"
)
SHEETS = "sheets without a column for the dossier's number were not read: {names}"
UNSEEN = "hidden sheets of {file} have rows that were not read: {names}; unhide or delete them"
LOOK_ALIKE = (
    "{count} codes have signs that only look like those of a code (hyphens, spaces, letters of "
    "other alphabets), such as {value}; they were compared as if typed plainly"
)
FREE_OF_CHARGE = (
    "{count} dossiers are free of charge: they are compared in all else and leave the payment count"
)
OTHER_PROVINCE = (
    "{count} codes of dossiers in {file} name another province ({found}), such as {value} in line "
    "{line}: the units here are of {expected}"
)
UNCOMPARED = "{what} is not compared: not both lists have a column for it"
NO_SUCH_UNITS = "{count} dossiers are of units that are not among the units here"
EMPTY_LIST = "one of the lists has no dossier that can be read"


@dataclass(frozen=True)
class Caution:
    """One of these sentences: `kind` names it, `text` is a pattern that `details` fills; a tuple in
    `details` holds sentences too. `blocks`: nothing is all clear with it."""

    kind: str
    text: str
    details: Mapping[str, object] = field(default_factory=dict)
    blocks: bool = False

    def __str__(self) -> str:
        return self.said(lambda text: text)

    def said(self, word: Callable[[str], str]) -> str:
        """The sentence, its pattern and the sentences in it as `word` has them in a language."""
        details = {
            name: "; ".join(word(str(part)) for part in value)
            if isinstance(value, tuple)
            else value
            for name, value in self.details.items()
        }
        return word(self.text).format(**details)


@dataclass(frozen=True)
class Column:
    """Where a code stands: the list and the heading."""

    file: str
    heading: str


def of_codes(
    offer: Offer | None, apart: tuple[int, int, str, str] | None, columns: Mapping[str, Column]
) -> Iterator[Caution]:
    """Of codes that do not meet: an offer, or (dossiers shared, of the shorter list, a code of
    each) where lists hardly meet."""
    if offer is not None:
        details: dict[str, object] = {
            "provincial": offer.provincial,
            "national": offer.national,
            "count": offer.count,
        }
        if offer.rules == ("zeros",):
            side = "provincial" if len(offer.provincial) < len(offer.national) else "national"
            at = columns[side]
            details |= {"column": at.heading, "file": at.file}
            yield Caution("lost_zeros", LOST_ZEROS, details, True)
        else:
            details["rules"] = said_rules(offer.rules)
            yield Caution("two_code_forms", TWO_FORMS, details, True)
    if apart is not None:
        named = dict(zip(("both", "shorter", "provincial", "national"), apart, strict=True))
        yield Caution("codes_hardly_meet", HARDLY, named, True)


def said_rules(rules: tuple[str, ...]) -> tuple[str, ...]:
    """What rules do, one sentence each."""
    return tuple(RULES[rule] for rule in rules)


def said_period(period: Period | None) -> str:
    """A period as dd/mm/yyyy, the same in every language."""
    if period is None:
        return "?"
    return f"{period.first:%d/%m/%Y} – {period.last:%d/%m/%Y}"
