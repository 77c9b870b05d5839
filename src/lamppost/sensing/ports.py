"""What sensing asks of later stages: readings came in."""

from __future__ import annotations

from lamppost.base.ports import Port
from lamppost.pilots.models import Pilot

READINGS_IMPORTED: Port[[Pilot], None] = Port(
    "sensing.readings_imported",
    "Readings of a pilot were taken in, or a device was changed; compute again what uses them.",
)
