"""What stands around every official document: agency, state, number, signature (Decree 30/2020)."""

from core.dataset.boards import own_name
from core.documents.words import Words
from core.export.official import Annex, Block, OfficialDocument
from core.index.rollup import PROVINCE
from core.outlook.case import Case

LETTER = "cong_van"  # has no title of its own: its subject stands below its number
DECISION = "quyet_dinh"
CODES = {
    LETTER: "UBND-KSTTHC",
    "ke_hoach": "KH-UBND",
    DECISION: "QĐ-UBND",
    "bao_cao": "BC-UBND",
}


def framed(
    case: Case,
    words: Words,
    kind: str,
    subject: str,
    year: int,
    body: tuple[Block, ...],
    annexes: tuple[Annex, ...],
    recipients: tuple[str, ...],
    addressed: tuple[str, ...] = (),
) -> OfficialDocument:
    """A document of one of the kinds of `CODES`; number, day and name are left open."""
    say, code = words.say, CODES[kind]
    title = say(kind) or say("letter")
    return OfficialDocument(
        language=words.language,
        agency=agency_of(case, words),
        state=(say("state"), say("motto")),
        number=say("number", code=code),
        place_and_date=say("date", place=province_title(case), year=year),
        kind=say(kind),
        subject=_subject(words, kind, subject),
        addressed=(say("to"), addressed),
        body=body,
        recipients=(say("recipients"), recipients),
        signed=(say("sign_1"), say("sign_2")),
        annexes=annexes,
        annex_word=say("annex"),
        annex_note=say("annex_note", kind=title, code=code, year=year),
        title=f"{title} – {subject}",
    )


def _subject(words: Words, kind: str, subject: str) -> str:
    """As it stands below a letter's number, or below the title of another kind."""
    if kind == LETTER:
        return words.say("about", subject=subject)
    if kind == DECISION:
        return words.say("on", subject=words.inside(subject))
    return subject[:1].upper() + subject[1:]


def province_title(case: Case) -> str:
    """The province as its own documents call it: `Bình Phước`."""
    return own_name(str(case.dataset.units["name_vi"].iloc[PROVINCE]))


def agency_of(case: Case, words: Words) -> tuple[str, str]:
    """Who writes: the committee, and of which province."""
    province = province_title(case)
    full = f"{words.level('province')} {province}" if words.language == "vi" else province
    return words.say("agency_over"), full


def dataset_name(case: Case, words: Words) -> str:
    """What the dataset is called in a language."""
    meta = case.dataset.meta
    return meta.name_vi if words.language == "vi" else meta.name_en
