"""Whose dataset these files are of: the province, told by codes, names, titles or the person."""

from collections import Counter
from collections.abc import Sequence

from core.dataset.boards import province_key
from core.imports.names import is_code, is_country, is_province
from core.imports.plan import ImportOptions
from core.imports.planning.joined import Directory
from core.imports.reading import Draft, Reading
from core.imports.vocabulary import Vocabulary
from core.problems import Problem


def own_province(
    readings: Sequence[Reading],
    directory: Directory,
    options: ImportOptions,
    draft: Draft,
    words: Vocabulary,
) -> str | None:
    """The code of the province whose units these are; a problem where it can't be told."""
    if options.province:
        code = options.province.strip()
        named = words.province_code(code) or (code if is_code(code) and "." not in code else None)
        if named is None:
            expected = "the code or name of a province"
            draft.problems.append(Problem("--province", None, None, code, expected))
        return named
    figures = [one for part in readings for one in part.figures]
    below = Counter(
        str(one.unit.code).split(".")[0]
        for one in figures
        if is_code(one.unit.code) and "." in str(one.unit.code)
    )
    if below:
        return below.most_common(1)[0][0]
    provinces = {
        code
        for one in figures
        if is_province(one.unit) and not is_country(one.unit)
        for code in directory.codes(one.unit)
    }
    if len(provinces) == 1:
        return provinces.pop()
    tops = {str(one.code) for one in options.known if one.level == "province"}
    tails = [(one.unit.name or "").rpartition(" - ")[2] for one in figures]
    for texts in (
        [part.file for part in readings],
        [part.title for part in readings],
        tails,
    ):
        said = _named_in(" ".join(dict.fromkeys(texts)), words)
        if len(tops | said) == 1:
            return (tops | said).pop()
    if readings:
        expected = "the province that the dataset is of (--province): the file has {names}"
        names = ", ".join(sorted(words.provinces.get(code, code) for code in provinces)) or "none"
        draft.problems.append(Problem(draft.file, None, None, None, expected, {"names": names}))
    return None


def _named_in(text: str, words: Vocabulary) -> set[str]:
    """The provinces whose names stand in a text."""
    key = province_key(text)
    return {code for code, name in words.provinces.items() if province_key(name) in key}
