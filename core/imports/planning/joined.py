"""The same unit under its code here, its id there and its name elsewhere: one unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.imports.names import is_code, is_province, name_key, slug
from core.imports.reading import Figure, Seen
from core.imports.vocabulary import Vocabulary
from core.text import clean_text

WHOLE = "Toàn tỉnh"
"""What the row of totals of a table is called: it is the province, whichever that is."""


class Directory:
    """All units of all files: what they are called, of which level, under which code."""

    def __init__(self, units: Iterable[Seen], words: Vocabulary, known: Iterable[Seen] = ()):
        """`known` are the units of the dataset that stands, whose codes may be of any form."""
        self.words = words
        self.by_id: dict[str, str] = {}
        self.by_name: dict[str, set[str]] = defaultdict(set)
        self.named: dict[str, str] = {}
        self.levels: dict[str, str] = {}
        self.same: dict[str, str] = {}
        for unit in known:
            self.learn(unit, str(unit.code))
        self.known = set(self.named)
        for unit in units:
            if is_code(unit.code):
                self._find_same(unit, str(unit.code))
                self.learn(unit, self.same.get(str(unit.code), str(unit.code)))

    def _find_same(self, unit: Seen, code: str) -> None:
        """A unit that the dataset has without an official code keeps the code that it has there."""
        if not self.known or code in self.known or not unit.name or code in self.same:
            return
        found = self.by_name.get(self.key(unit.name, code), set()) & self.known
        if len(found) == 1 and not is_code(next(iter(found))):
            self.same[code] = next(iter(found))

    def learn(self, unit: Seen, code: str) -> None:
        if unit.id:
            self.by_id.setdefault(unit.id, code)
        if unit.name:
            self.named.setdefault(code, unit.name)
            self.by_name[self.key(unit.name, code)].add(code)
        if unit.level:
            self.levels.setdefault(code, unit.level)

    def add_names(self, aliases: Mapping[str, str]) -> None:
        """Other names of units, as people said them: a name that two have stays open."""
        for name, code in aliases.items():
            if code in self.named:
                self.by_name[self.key(name, code)].add(code)

    def called(self, code: str) -> str:
        """A unit by its name and code."""
        name = self.named.get(code)
        return f"{clean_text(name)} ({code})" if name else code

    def key(self, name: str, code: str = "") -> str:
        return name_key(name, self.words.provinces.get(code.split(".")[0], ""))

    def codes(self, unit: Seen) -> set[str]:
        """The codes that a unit may have: one if it is clear, none if nobody knows it."""
        if is_code(unit.code):
            return {self.same.get(str(unit.code), str(unit.code))}
        if unit.id in self.by_id:
            return {self.by_id[str(unit.id)]}
        if not unit.name:
            return set()
        if is_province(unit) and (code := self.words.province_code(unit.name)):
            return {code}
        for name in (unit.name, unit.name.rpartition(" - ")[0]):
            if name and (found := self.by_name.get(name_key(name))):
                return set(found)
        return set()


def coded(figures: Iterable[Figure], directory: Directory, province: str) -> list[Figure]:
    """Figures with the code of their unit; what has none and fits none gets a readable one."""
    made = []
    for one in figures:
        codes = directory.codes(one.unit)
        if one.unit.name == WHOLE and province:
            code = province
        elif len(codes) == 1:
            code = next(iter(codes))
        else:
            code = f"{province}.{slug(one.unit.name or one.unit.id or '')}"
            directory.learn(replace(one.unit, code=code), code)
        made.append(replace(one, unit=replace(one.unit, code=code)))
    return made
