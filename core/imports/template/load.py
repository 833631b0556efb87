"""A filled workbook beside the dataset that it was made of: what it changes, and that done."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.dataset.boards import own_name
from core.dataset.facts import DATA, Dataset
from core.dataset.kept.loads import LOADS_FILE, YEAR_VIEW, dataset_view
from core.imports.corrections.commit import commit_changes, files_at
from core.imports.corrections.dated import stamp
from core.imports.corrections.rows import CHANGEABLE, KEYS_FILE, RowChange, differences, key_row
from core.imports.corrections.trace import Signed
from core.imports.folder.history import loads_by_day
from core.imports.folder.onto import rows_of, text_of
from core.imports.folder.write import checked_files, known_boards, put_folder
from core.imports.names import slug
from core.imports.plan import ImportPlan
from core.imports.reading import PEOPLES
from core.imports.template.keys_sheet import province_name
from core.imports.template.make import KEY_CODES
from core.imports.template.take import Taken, is_of, placed
from core.problems import DataError, Problem
from core.store.office.deeds import OPEN_ACTOR
from core.store.office.leave import Hand, deed_on_files


@dataclass(frozen=True)
class Returned:
    """A workbook that came back, against the dataset `before` (None: there is none yet).

    `view` is what its figures count. `changes` are empty where nothing was changed. Nothing is
    written while there are `problems`.
    """

    taken: Taken
    files: Mapping[str, str]
    before: Dataset | None
    changes: tuple[RowChange, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    view: str = YEAR_VIEW

    @property
    def folder_name(self) -> str:
        """What the folder of a new dataset is called: the province and the year."""
        day = str(self.taken.keys.get("as_of", ""))
        return f"{slug(_name(self.taken))}-{day[:4]}"


def returned_of(taken: Taken, before: Dataset | None, data: Path = DATA) -> Returned:
    """What loading a workbook would do. A workbook of no dataset only adds to `before`."""
    files = taken.files()
    problems = list(taken.problems)
    warnings = list(taken.warnings)
    if before is not None and taken.keys.get("province", "") != before.meta.province:
        expected = "a workbook of {province}, as the dataset that stands there"
        where = f"{taken.file}, {taken.key_places.get('province', taken.words.keys)}"
        details = {"province": before.meta.province}
        value = str(taken.keys.get("province", ""))
        problems.append(Problem(where, None, None, value, expected, details))
    if not problems:
        if before is None:
            files |= _with_boards(files, taken, data)
        found = checked_files(files, data)
        if isinstance(found, Dataset):
            warnings += placed(found.warnings, taken)
            changes = () if before is None else _changes(taken, files, before, found)
            if before is not None and taken.dataset and not is_of(taken, before):
                expected = "the newest workbook of this dataset; it was changed since this one"
                warnings.insert(0, Problem(taken.file, None, None, None, expected))
            view = dataset_view(found.meta)
            return Returned(taken, files, before, changes, (), tuple(warnings), view)
        problems = placed(found, taken)
    return Returned(taken, files, before, (), tuple(problems), tuple(warnings))


def load_template(
    returned: Returned,
    folder: Path,
    signed: Signed,
    data: Path = DATA,
    to: Path | None = None,
    by: Hand = OPEN_ACTOR,
) -> Dataset:
    """Write what a workbook says below `folder`; of a new dataset into the folder `to`, where it is
    given. Raises DataError with nothing written."""
    if returned.problems:
        raise DataError(returned.problems)
    if returned.before is None:
        target = to or folder / returned.folder_name
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            expected = "a new folder; there is something else"
            raise DataError([Problem("--to", None, None, target.name, expected)])
        with deed_on_files(by, "load", target.name):
            return put_folder(_with_loads(returned, signed), target, data)
    return commit_changes(returned.before, folder, returned.changes, signed, data, by)


def _with_loads(returned: Returned, signed: Signed) -> dict[str, str]:
    """The files of a new dataset with a row among the loads for each day that has figures."""
    taken, files = returned.taken, dict(returned.files)
    province = f"{taken.keys.get('province')}"
    loads = loads_by_day(files, province, returned.view, [taken.file], stamp(signed.when))
    return files | ({LOADS_FILE: loads} if loads else {})


def _changes(
    taken: Taken, files: Mapping[str, str], before: Dataset, found: Dataset
) -> tuple[RowChange, ...]:
    old = files_at(before.path)
    only_add = not taken.dataset
    changes: list[RowChange] = []
    for file in CHANGEABLE:
        rows = [{k: v.strip() for k, v in row.items()} for row in rows_of(old.get(file, ""))[0]]
        changes += differences(file, rows, rows_of(files.get(file, ""))[0], only_add)
    values = tomllib.loads(old[KEYS_FILE])
    for key in KEY_CODES:
        if getattr(before.meta, key) != getattr(found.meta, key) and (
            key in taken.keys or not only_add
        ):
            change = key_row(key, values.get(key)), key_row(key, taken.keys.get(key))
            changes.append(RowChange(KEYS_FILE, *change))
    return tuple(changes)


def _name(taken: Taken) -> str:
    texts = {key: f"{value}" for key, value in taken.keys.items()}
    return own_name(province_name(texts))


def _with_boards(files: Mapping[str, str], taken: Taken, data: Path) -> dict[str, str]:
    """The boards of other provinces that came with the program, where the workbook has none: there
    is no rank without them."""
    rows, columns = rows_of(files["field.csv"])
    day = taken.keys.get("as_of")
    if rows or day is None or isinstance(day, str):
        return {}
    plan = ImportPlan(PEOPLES, (), f"{taken.keys.get('province')}", _name(taken), as_of=day)
    known = known_boards(plan, data)
    more = [
        {str(name): "" if value is None or value != value else f"{value}"
         for name, value in row.items()}
        for row in known.to_dict("records")
    ]  # fmt: skip
    return {"field.csv": text_of(more, columns)}
