"""Short addresses, as they stand on printed sheets: /v/<code>/ and what hangs on it."""

from django.urls import path

from .views import statements, vote

urlpatterns = [
    path("v/<slug:code>/", vote.vote, name="vote"),
    path("v/<slug:code>/add/", statements.vote_add, name="vote_add"),
    path("v/<slug:code>/added/", statements.vote_added, name="vote_added"),
]
