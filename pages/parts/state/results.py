"""What scenarios do: computed once for all viewers, as long as it is remembered.

What is asked a hundred times a run is kept by functools: Streamlit's own caches take a tenth of a
millisecond to look at what they are asked, every time.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from core.outlook.standing import Outlook, Standing
from core.scenario import files
from core.scenario.model import Scenario
from pages.parts.state.cases.seen import case_of
from pages.parts.state.session import scenario


@dataclass(frozen=True)
class Asked:
    """A scenario that an answer is kept for, known by a digest: thousands of answers would else
    keep as many times the text of a scenario with thousands of changes."""

    digest: bytes
    scenario: Scenario = field(compare=False)


def asked(some: Scenario) -> Asked:
    """What a cache is asked for a scenario of which every word counts."""
    words = files.dump(some, indent=None).encode()
    return Asked(hashlib.sha256(words).digest(), some)


def outlooks() -> dict[str, Outlook]:
    """What the scenario on the screen does, at every horizon."""
    return outlooks_of(scenario())


def outlooks_of(some: Scenario) -> dict[str, Outlook]:
    """What a scenario of the viewer's dataset does; computed once as long as it is remembered."""
    return dict(_outlooks(some.dataset, case_of(some.dataset).dataset.version, _effect(some)))


def standings_of(some: Scenario) -> dict[str, Standing]:
    """Score and rank where a scenario leads, at every horizon."""
    return dict(_standings(some.dataset, case_of(some.dataset).dataset.version, _effect(some)))


def _effect(some: Scenario) -> Asked:
    """All of a scenario that its result depends on."""
    plain = some.model_copy(update={"title": "", "author": "", "note": "", "dataset_version": None})
    return asked(plain)


@lru_cache(maxsize=64)
def _outlooks(dataset: str, version: str, effect: Asked) -> dict[str, Outlook]:
    return case_of(dataset).outlook(effect.scenario)


@lru_cache(maxsize=5000)
def _standings(dataset: str, version: str, effect: Asked) -> dict[str, Standing]:
    found = _outlooks(dataset, version, effect)
    return {key: outlook.after for key, outlook in found.items()}
