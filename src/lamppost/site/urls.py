"""The whole URL map. Short addresses for what is printed, stages below their partnership."""

from __future__ import annotations

from django.urls import include, path

_stages = [
    path("stakeholders/", include("lamppost.stakeholders.urls")),
    path("network/", include("lamppost.network.urls")),
    path("vision/", include("lamppost.vision.urls")),
    path("pilots/", include("lamppost.pilots.urls")),
    path("sensing/", include("lamppost.sensing.urls")),
    path("impact/", include("lamppost.impact.urls")),
    path("lessons/", include("lamppost.lessons.urls")),
    path("story/", include("lamppost.story.urls")),
    path("voices/", include("lamppost.voices.urls")),
    path("", include("lamppost.accounts.urls")),
]

urlpatterns = [
    path("", include("lamppost.site.pages")),
    path("", include("lamppost.lessons.public_urls")),
    path("", include("lamppost.voices.short_urls")),
    path("", include("lamppost.vision.short_urls")),
    path("", include("lamppost.pilots.notice_urls")),
    path("", include("lamppost.pilots.short_urls")),
    path("accounts/", include("allauth.urls")),
    path("p/<slug:partnership>/", include(_stages)),
]

handler400 = "lamppost.site.errors.bad_request"
handler403 = "lamppost.site.errors.forbidden"
handler404 = "lamppost.site.errors.not_found"
# Asked by django-allauth when somebody tries too often.
handler429 = "lamppost.site.errors.too_many"
handler500 = "lamppost.site.errors.server_error"
