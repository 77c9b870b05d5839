"""All playbooks there are: those that come with Lamppost, and the city's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .checking import Fault
from .kinds import Playbook
from .loading import PlaybookRefused, read_playbook

DATA = Path(__file__).with_name("data")
# In the order in which they are offered.
SHIPPED = (
    "smart-street-lighting",
    "traffic-management",
    "sustainable-energy",
    "transit-app",
    "broadband-access",
    "smart-parks",
    "digital-signage",
    "green-spaces",
)


class Shelf(Mapping[str, Playbook]):
    """Code → playbook, read at the first use; a broken file of the city's is left out."""

    def __init__(self) -> None:
        self._found: dict[str, Playbook] | None = None
        self._broken: list[Fault] = []

    def _books(self) -> dict[str, Playbook]:
        if self._found is None:
            found = {code: read_playbook(DATA / f"{code}.toml", own=False) for code in SHIPPED}
            self._broken = _add_own(found)
            self._found = found
        return self._found

    @property
    def broken(self) -> list[Fault]:
        """What is wrong with the city's own files."""
        self._books()
        return self._broken

    def forget(self) -> None:
        """Read all files again at the next use."""
        self._found = None

    def __getitem__(self, code: str) -> Playbook:
        return self._books()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._books())

    def __len__(self) -> int:
        return len(self._books())


def own_files() -> list[Path]:
    """Return the city's own files, by name."""
    folder = Path(settings.PLAYBOOKS_FOLDER)
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []


def _add_own(found: dict[str, Playbook]) -> list[Fault]:
    """Put the city's own files on the shelf; return what is wrong with the others."""
    broken: list[Fault] = []
    for file in own_files():
        try:
            playbook = read_playbook(file)
        except PlaybookRefused as refused:
            broken += refused.faults
            continue
        if playbook.code in found:
            text = format_lazy(
                _("There is a playbook “{code}” already. Choose another code."), code=playbook.code
            )
            broken.append(Fault(file.name, "code", text))
            continue
        found[playbook.code] = playbook
    return broken
