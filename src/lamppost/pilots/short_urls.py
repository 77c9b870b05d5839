"""Short addresses of sites, as they stand on a lamp post."""

from django.urls import URLPattern, path

from .views import resident

urlpatterns: list[URLPattern] = [
    path("s/<slug:code>/", resident.site_page, name="site"),
    path("s/<slug:code>/words/", resident.site_words, name="site_words"),
    path("s/<slug:code>/thanks/", resident.site_thanks, name="site_thanks"),
    path("s/<slug:code>/disclosure.json", resident.disclosure, name="site_disclosure"),
]
