"""Static files that come from wheels: Leaflet from ``xstatic-leaflet``, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles.finders import BaseStorageFinder
from django.core.files.storage import FileSystemStorage
from xstatic.pkg import leaflet


class LeafletFinder(BaseStorageFinder):
    """Serve Leaflet's files below ``leaflet/`` from its wheel (no CDN, nothing copied in)."""

    storage = FileSystemStorage(location=Path(leaflet.BASE_DIR))

    def list(self, ignore_patterns):  # type: ignore[no-untyped-def]
        for path, storage in super().list([*(ignore_patterns or []), "*.map", "*-src*"]):
            storage.prefix = "leaflet"
            yield path, storage

    def find(self, path, find_all=False, **kwargs):  # type: ignore[no-untyped-def]
        prefix = "leaflet/"
        if not path.startswith(prefix):
            return []
        return super().find(path.removeprefix(prefix), find_all=find_all)
