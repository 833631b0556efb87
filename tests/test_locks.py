"""The locks hold what the requirements ask for and all that this needs, and nothing can change."""

import importlib.metadata
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT

NAMES = ("requirements", "requirements-postgres", "requirements-dev", "requirements-spark")
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
PLACES = [(python, system) for python in PYTHONS for system in SYSTEMS]


@dataclass(frozen=True)
class Pin:
    """One package of a lock: what is asked for, and the hashes that its files may have."""

    asked: Requirement
    hashes: frozenset[str]

    @property
    def name(self) -> str:
        return canonicalize_name(self.asked.name)

    @property
    def version(self) -> str:
        return str(self.asked.specifier).removeprefix("==")


@cache
def lock(name: str) -> tuple[Pin, ...]:
    text = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        asked, *hashes = line.split(" --hash=")
        found.append(Pin(Requirement(asked), frozenset(part.strip() for part in hashes)))
    return tuple(found)


def direct(name: str) -> Iterator[Requirement]:
    """What a requirements file asks for, and those that it takes in."""
    for line in (ROOT / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        asked = line.split(" #")[0].strip()
        if asked.startswith("-r "):
            yield from direct(asked.removeprefix("-r ").removesuffix(".txt"))
        elif asked and not asked.startswith("#"):
            yield Requirement(asked)


def applies(asked: Requirement, python: str, system: str, extra: str = "") -> bool:
    """Whether it is meant for CPython of this version on this system."""
    os_name, platform = SYSTEMS[system]
    place = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "os_name": os_name,
        "platform_system": platform,
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": extra,
    }
    return asked.marker is None or asked.marker.evaluate(place)


@pytest.mark.parametrize("name", NAMES)
def test_every_package_of_a_lock_is_one_version_with_its_hashes(name: str) -> None:
    pins = lock(name)
    assert len(pins) > 50
    for pin in pins:
        assert re.fullmatch(r"==[\w.+!]+", str(pin.asked.specifier)), pin.asked
        assert pin.asked.url is None
        assert pin.hashes, pin.asked
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", found) for found in pin.hashes), pin.asked


@pytest.mark.parametrize(("python", "system"), PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_a_lock_has_each_requirement_once_wherever_it_is_installed(
    name: str, python: str, system: str
) -> None:
    here = [pin for pin in lock(name) if applies(pin.asked, python, system)]
    versions = {pin.name: pin.version for pin in here}
    assert len(versions) == len(here)
    wanted = [asked for asked in direct(name) if applies(asked, python, system)]
    assert len(wanted) > 10
    for asked in wanted:
        assert f"=={versions[canonicalize_name(asked.name)]}" == str(asked.specifier)


@pytest.mark.parametrize("name", NAMES[1:])
def test_whoever_tests_has_what_the_app_runs_with(name: str) -> None:
    assert set(lock("requirements")) <= set(lock(name))


def test_the_tests_have_the_driver_that_the_app_gets() -> None:
    assert set(lock("requirements-postgres")) <= set(lock("requirements-dev"))


@pytest.mark.parametrize(("python", "system"), PLACES)
def test_nothing_that_a_package_needs_is_missing(python: str, system: str) -> None:
    """By what the installed packages say of themselves; that depends on no place but for markers.

    A package of another system or Python than this one is not installed, so it can't be asked.
    """
    pins = {pin.name: pin for pin in lock("requirements-dev") if applies(pin.asked, python, system)}
    extras = {canonicalize_name(asked.name): asked.extras for asked in direct("requirements-dev")}
    asked_of = 0
    for name, pin in pins.items():
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if found.version != pin.version:
            continue
        asked_of += 1
        for need in map(Requirement, found.requires or ()):
            chosen = ("", *extras.get(name, ()))
            if any(applies(need, python, system, extra) for extra in chosen):
                other = pins.get(canonicalize_name(need.name))
                assert other is not None, f"{name} needs {need}"
                assert need.specifier.contains(other.version, prereleases=True), f"{name}: {need}"
    assert asked_of > 50


@pytest.mark.parametrize("name", NAMES)
def test_no_file_names_a_place_to_get_packages_from(name: str) -> None:
    for suffix in ("txt", "lock"):
        text = (ROOT / f"{name}.{suffix}").read_text(encoding="utf-8")
        assert not re.search(r"https?:|--(extra-)?index-url|--find-links|file:", text)
