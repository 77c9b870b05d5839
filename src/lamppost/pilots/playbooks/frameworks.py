"""The frameworks to which the indicators of playbooks point, read from `frameworks.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

FRAMEWORKS_FILE = Path(__file__).with_name("frameworks.toml")


@dataclass(frozen=True)
class Framework:
    """A published list of indicators.

    Attributes
    ----------
    name
        As it is called.
    source
        Where its numbers come from; English.
    counts
        Number → in our own words what is counted under it.
    """

    name: str
    source: str
    counts: Mapping[str, str]

    def words(self, number: str) -> str | Promise:
        """Say what is counted under a number; empty for one that only a city's file has."""
        return gettext_lazy(self.counts[number]) if number in self.counts else ""


def _framework(record: Mapping[str, Any]) -> Framework:
    counts = {number: one["counts"] for number, one in record["codes"].items()}
    return Framework(record["name"], record["source"], counts)


# In the order in which they are shown.
FRAMEWORKS: dict[str, Framework] = {
    name: _framework(record)
    for name, record in tomllib.loads(FRAMEWORKS_FILE.read_text(encoding="utf-8")).items()
}
