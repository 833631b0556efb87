"""Which unit an unknown name may mean: a suggestion for a person, never applied by itself."""

import re
from difflib import SequenceMatcher

import pandas as pd

from core.text import fold

CLOSE = 0.8  # of 1: a letter or two of a short name
SKIPPED = {"va", "ubnd", "tinh"}  # words that abbreviations and lists leave out
_COMMITTEE = re.compile(r"\b(uy ban nhan dan|ubnd)\b")
_WORD = re.compile(r"[a-z0-9]+")


def suggest(name: str, units: pd.DataFrame) -> str | None:
    """The code of the unit that a name most likely means; None where nothing is close.

    `units` is indexed by code with a column `name_vi`. A name is close that abbreviates the unit's
    (`Sở NN&MT`) or differs in few letters; of several that fit as well none is suggested.
    """
    asked = _words(name)
    if not asked:
        return None
    scores = {str(code): _score(asked, _words(str(one))) for code, one in units["name_vi"].items()}
    best = max(scores.values(), default=0.0)
    codes = [code for code, score in scores.items() if score == best]
    return codes[0] if best >= CLOSE and len(codes) == 1 else None


def _words(name: str) -> list[str]:
    """The words that tell units apart, folded."""
    text = _COMMITTEE.sub(" ", fold(name[:200]))
    return [word for word in _WORD.findall(text) if word not in SKIPPED]


def _score(asked: list[str], words: list[str]) -> float:
    """1 for an abbreviation, else how alike the two are, 0 to 1; numbers must be the same."""
    if abbreviates(asked, words):
        return 1.0
    if [w for w in asked if w.isdigit()] != [w for w in words if w.isdigit()]:
        return 0.0
    matcher = SequenceMatcher(None, " ".join(asked), " ".join(words), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= CLOSE else 0.0


def abbreviates(asked: list[str], words: list[str]) -> bool:
    """Whether every asked word is a word of the unit, or first letters of the words that follow."""
    at = 0
    for word in asked:
        if words[at : at + 1] == [word]:
            at += 1
        elif word == "".join(one[0] for one in words[at : at + len(word)]):
            at += len(word)
        else:
            return False
    return at == len(words)
