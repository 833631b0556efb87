"""Names by which files and lists call the units of a dataset, given once for all of them.

They are kept with the dataset; for those that came with the program, which are never changed, on
the server.
"""

from collections.abc import Mapping

from core.dataset.facts import Dataset
from core.dataset.kept.names import kept_names
from core.dossiers.judging.agreed import Agreed, keep_agreed, recall_agreed
from core.imports.folder.named import keep_names
from core.store.database import data_folder
from core.store.office.leave import Hand
from pages.parts.state.cases import own_datasets


def recall(dataset: Dataset) -> dict[str, str]:
    """The code of the unit by each other name."""
    found = recall_agreed(data_folder(), dataset.id).names
    if dataset.path.parent == own_datasets.folder():
        found = found | kept_names(dataset.path)
    return {name: code for name, code in found.items() if code in dataset.units.index}


def keep(dataset: Dataset, names: Mapping[str, str], by: Hand) -> None:
    """Keep these in the place of what was kept before. Raises OSError, and StoreError where the
    role does not allow it."""
    elsewhere = dict(names)
    if dataset.path.parent == own_datasets.folder():
        keep_names(dataset.path, names, by)
        elsewhere = {}
    kept = recall_agreed(data_folder(), dataset.id)
    if kept.names != elsewhere:
        keep_agreed(data_folder(), dataset.id, Agreed(kept.rules, elsewhere), by)
