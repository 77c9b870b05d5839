"""Static files under hashed names, so that phones keep them for ever and never see a stale one."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; a file that a page names and that is missing is an error."""

    manifest_strict = True
