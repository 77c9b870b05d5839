"""Short addresses, as they stand on printed sheets: /v/<code>/ and what hangs on it."""

from django.urls import include, path

from .views import about, curation, own_statement, tell, vote

urlpatterns = [
    path("v/<slug:code>/", vote.vote, name="vote"),
    path("v/<slug:code>/undo/", vote.vote_undo, name="vote_undo"),
    path("v/<slug:code>/important/", vote.vote_important, name="vote_important"),
    path("v/<slug:code>/add/", own_statement.vote_add, name="vote_add"),
    path("v/<slug:code>/words/<int:number>/", curation.statement_history, name="statement_history"),
    path("v/<slug:code>/added/", own_statement.vote_added, name="vote_added"),
    path("v/<slug:code>/about-you/", about.vote_about, name="vote_about"),
    path("v/<slug:code>/about-you/<slug:question>/", about.vote_about_one, name="vote_about_one"),
    path("t/<slug:code>/", tell.story_begin, name="story_begin"),
    path("t/<slug:code>/<slug:feeling>/", tell.story_words, name="story_words"),
    path("", include("lamppost.vision.ways_in_urls")),
]
