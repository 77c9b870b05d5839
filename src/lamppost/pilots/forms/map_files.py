"""Sites from a map program: a GeoJSON file (RFC 7946) read as a table of sites."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .sites import COLUMNS, number_of

# What map programs number their features with: a name of a row, and nothing known of a site.
NUMBERS_OF_ROWS = {"id", "fid", "gid", "objectid", "osm_id", "ogc_fid"}
_OWN = {*COLUMNS, "kind"}


class GeoJsonError(ValueError):
    """The file is no GeoJSON with features (RFC 7946); the message says where."""


@dataclass(frozen=True)
class MapFile:
    """A GeoJSON file as a table.

    Attributes
    ----------
    rows
        Cells, the headings first; one row per feature, with longitude and latitude in degrees.
    left_out
        Properties that are not taken: of those that no column is for, words and row numbers.
    """

    rows: list[list[str]]
    left_out: list[str]


def is_json(content: bytes) -> bool:
    """Tell a GeoJSON file from a table by its first sign, also after a byte order mark."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_geojson(content: bytes, *, most_rows: int) -> MapFile:
    """Read features: the properties are the columns, the geometry is the place.

    Raises
    ------
    GeoJsonError
        With the feature and the remedy.
    """
    try:
        record = json.loads(content.decode("utf-8-sig"), parse_int=float)
    except (ValueError, RecursionError):
        raise GeoJsonError(_("The file is no JSON. Export it as GeoJSON again.")) from None
    features = record.get("features") if record.get("type") == "FeatureCollection" else [record]
    if not isinstance(features, list) or not features or len(features) > most_rows:
        raise GeoJsonError(
            _("The file needs between 1 and %(most)d features.") % {"most": most_rows}
        )
    rows = [_feature(number, feature) for number, feature in enumerate(features, 1)]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    if not any(head.lower() == "name" for head in heads):
        raise GeoJsonError(_("No feature has a property “name”. Give each site its name there."))
    left_out = [head for head in heads if not _kept(head, rows)]
    heads = [head for head in heads if head not in left_out]
    return MapFile([heads, *([row.get(head, "") for head in heads] for row in rows)], left_out)


def _kept(head: str, rows: list[dict[str, str]]) -> bool:
    """Keep the columns of a site, and what else is a number in every feature that has it."""
    low = head.lower()
    if low in _OWN:
        return True
    numbers = (number_of(row[head]) for row in rows if row.get(head))
    return low not in NUMBERS_OF_ROWS and all(one is not None for one in numbers)


def _feature(number: int, feature: Any) -> dict[str, str]:
    """Return one feature as cells; of a line or an area the middle of its corners is taken."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    found = _corners(geometry.get("coordinates")) if isinstance(geometry, dict) else []
    if not found:
        raise GeoJsonError(
            _("Feature %(number)d has no place. Give it a point.") % {"number": number}
        )
    # An area ends at the corner it began with, which is counted once.
    corners = list(dict.fromkeys(found))
    longitude, latitude = (sum(part) / len(corners) for part in zip(*corners, strict=True))
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise GeoJsonError(_not_degrees(number, longitude, latitude))
    given = feature.get("properties")
    cells = {
        str(name).strip(): f"{value:.12g}" if isinstance(value, float) else str(value)
        for name, value in (given.items() if isinstance(given, dict) else ())
        if value is not None and not isinstance(value, (dict, list))
    }
    if not _is_text("".join((*cells, *cells.values()))):
        raise GeoJsonError(
            _("Feature %(number)d has broken letters. Export the file again in UTF-8.")
            % {"number": number}
        )
    return {**cells, "longitude": f"{longitude:.6f}", "latitude": f"{latitude:.6f}"}


def _is_text(value: str) -> bool:
    """Say whether it can be stored: JSON can name half of a letter, which no database takes."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_degrees(number: int, longitude: float, latitude: float) -> str:
    """Say what is wrong with a place that lies outside the earth."""
    if math.isfinite(latitude) and 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
        return _(
            "Feature %(number)d: latitude and longitude are swapped. GeoJSON has the longitude "
            "first."
        ) % {"number": number}
    return _(
        "Feature %(number)d: its place is not in degrees. Export the file again in WGS 84 "
        "(EPSG:4326)."
    ) % {"number": number}


def _corners(found: Any) -> list[tuple[float, float]]:
    if not isinstance(found, list):
        return []
    numbers = [one for one in found if isinstance(one, float)]
    if len(numbers) == len(found) and len(found) >= 2:
        return [(found[0], found[1])]
    return [corner for part in found for corner in _corners(part)]
