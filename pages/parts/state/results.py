"""What scenarios do: computed once for all viewers, as long as it is remembered.

What is asked a hundred times a run is kept by functools: Streamlit's own caches take a tenth of a
millisecond to look at what they are asked, every time.
"""

from functools import lru_cache

from core.outlook.standing import Outlook, Standing
from core.scenario import files
from core.scenario.model import Scenario
from pages.parts.state.cases.seen import case_of
from pages.parts.state.session import scenario


def outlooks() -> dict[str, Outlook]:
    """What the scenario on the screen does, at every horizon."""
    return outlooks_of(scenario())


def outlooks_of(some: Scenario) -> dict[str, Outlook]:
    """What a scenario of the viewer's dataset does; computed once as long as it is remembered."""
    return dict(_outlooks(some.dataset, case_of(some.dataset).dataset.version, _effect(some)))


def standings_of(some: Scenario) -> dict[str, Standing]:
    """Score and rank where a scenario leads, at every horizon."""
    return dict(_standings(some.dataset, case_of(some.dataset).dataset.version, _effect(some)))


def _effect(some: Scenario) -> str:
    """All of a scenario that its result depends on."""
    plain = some.model_copy(update={"title": "", "author": "", "note": "", "dataset_version": None})
    return files.dump(plain, indent=None)


@lru_cache(maxsize=64)
def _outlooks(dataset: str, version: str, effect: str) -> dict[str, Outlook]:
    return case_of(dataset).outlook(Scenario.model_validate_json(effect))


@lru_cache(maxsize=5000)
def _standings(dataset: str, version: str, effect: str) -> dict[str, Standing]:
    found = _outlooks(dataset, version, effect)
    return {key: outlook.after for key, outlook in found.items()}
