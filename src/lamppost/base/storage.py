"""Static files under hashed names, so that phones keep them for ever and never see a stale one."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed; a file that a page names and that is missing is an error.

    Names inside scripts stay as they are: ours load nothing, and Leaflet's end in the address of
    a map for debuggers that its wheel's users do not need.
    """

    manifest_strict = True
    patterns = tuple(
        (kind, rules)
        for kind, rules in CompressedManifestStaticFilesStorage.patterns
        if kind != "*.js"
    )
