"""Short addresses of sites, as they stand on a lamp post."""

from django.urls import URLPattern, path

from .views import added, commitments, jurors, outcome, pulse_resident, resident, signing
from .views.notice import answers_for_ever

urlpatterns: list[URLPattern] = [
    path("sign/<slug:token>/", signing.by_link, name="signature"),
    path("declare/<slug:token>/", jurors.by_link, name="declare"),
    path("s/<slug:code>/", answers_for_ever(resident.site_page), name="site"),
    path("s/<slug:code>/words/", answers_for_ever(resident.site_words), name="site_words"),
    path("s/<slug:code>/thanks/", answers_for_ever(resident.site_thanks), name="site_thanks"),
    path("s/<slug:code>/pulse/", answers_for_ever(pulse_resident.site_pulse), name="site_pulse"),
    path("s/<slug:code>/photo/", answers_for_ever(added.site_photo), name="site_photo"),
    path("s/<slug:code>/place/", answers_for_ever(added.site_place), name="site_place"),
    path("s/<slug:code>/tell-me/", answers_for_ever(added.site_tell_me), name="site_tell_me"),
    path("fixed/<str:token>/<int:commitment>/", commitments.fixed, name="fixed"),
    path("pilots/", outcome.ended, name="endings"),
    path("pilots.json", outcome.ended_json, name="endings_json"),
    path("told/<str:token>/", added.told, name="told"),
    path("s/<slug:code>/disclosure.json", resident.disclosure, name="site_disclosure"),
]
