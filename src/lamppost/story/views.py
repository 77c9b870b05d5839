"""The story of change as a page, and the record to take along."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import cast

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lamppost.accounts.models import Partnership, User
from lamppost.accounts.permissions import PartnershipRequest, partnership_page, requires
from lamppost.accounts.roles import Right

from .actions import export_folder
from .schema import resources_in


@partnership_page
@require_safe
def page(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Show the story of change; anybody may read it."""
    from .queries import story_of

    story = story_of(partnership)
    context = {"story": story, "evidence_links": story.live_pages}
    return render(request, "story/page.html", context)


@requires(Right.EXPORT_PUBLIC)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Show the two exports; POST downloads the public one."""
    if request.method == "POST":
        return _download(request, partnership, private=False)
    return render(
        request,
        "story/export.html",
        {"tables": resources_in("public"), "slug": partnership.slug},
    )


@requires(Right.EXPORT_PRIVATE)
@require_http_methods(["GET", "HEAD", "POST"])
def export_private(request: PartnershipRequest, partnership: Partnership) -> HttpResponse:
    """Ask once more; POST downloads everything."""
    if request.method == "POST":
        return _download(request, partnership, private=True)
    context = {
        "question": _("Download the private export?"),
        "consequence": _(
            "It holds everything: names, contacts, residents' words as they wrote them, and every "
            "vote. Use it to move or keep the partnership, and never publish it."
        ),
        "undo": _("Nothing changes here. What you download stays with you until you delete it."),
        "confirm_label": _("Download everything"),
        "who": _("You alone. The partnership's ledger shows that you downloaded it, and when."),
        "cancel_url": reverse("story:export", args=[partnership.slug]),
    }
    return render(request, "story/export_private.html", context)


def _download(
    request: PartnershipRequest, partnership: Partnership, *, private: bool
) -> HttpResponse:
    """Write the folder, pack it, and send it from a file that is gone when it is sent."""
    name = f"{partnership.slug}-{'PRIVATE' if private else 'public'}"
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix=".export-") as place:
        written = export_folder(
            partnership=partnership,
            folder=Path(place) / name,
            private=private,
            by=cast(User, request.user),
        )
        packed = Path(place) / f"{name}.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path in sorted(written.folder.rglob("*")):
                archive.write(path, f"{name}/{path.relative_to(written.folder).as_posix()}")
        # The name goes with the folder; the open file is read to its end all the same.
        stream = packed.open("rb")
    response = FileResponse(stream, as_attachment=True, filename=f"{name}.zip")
    response.headers["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)
