"""What the pages of sensing share: the problems of a file, and a file to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from lamppost.accounts.models import Partnership
from lamppost.base.spreadsheet import write_csv
from lamppost.pilots.models import Pilot

from ..reading import Problem

PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Problems:
    """What is wrong with a file: the first problems, and how many more there are."""

    problems: tuple[Problem, ...] = ()

    @property
    def shown(self) -> tuple[Problem, ...]:
        return self.problems[:PROBLEMS_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.problems) - PROBLEMS_SHOWN)


def pilot_of(partnership: Partnership, number: int) -> Pilot:
    """Return the pilot of that number, or answer that there is none."""
    return get_object_or_404(Pilot, pk=number, partnership=partnership)


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> HttpResponse:
    """Send a CSV file that spreadsheets open in the right character set."""
    text = "\ufeff" + write_csv(columns, rows)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
