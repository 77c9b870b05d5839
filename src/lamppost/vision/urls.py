"""Routes of vision, below /p/<partnership>/vision/."""

from django.urls import include, path

from .views import (
    about,
    conversations,
    fates,
    goals,
    landscape,
    organisations,
    paper,
    statements,
)

app_name = "vision"
urlpatterns = [
    path("", conversations.conversations, name="conversations"),
    path("ask/", conversations.ask, name="ask"),
    path("paper/", paper.paper, name="paper"),
    path("people/", about.population, name="population"),
    path("my-statements/<int:statement>/", fates.my_statement, name="my_statement"),
    path("questions/<slug:code>/", conversations.conversation, name="conversation"),
    path("questions/<slug:code>/", include("lamppost.vision.host_urls")),
    path("questions/<slug:code>/", include("lamppost.vision.ways_urls")),
    path("questions/<slug:code>/edit/", conversations.edit, name="edit"),
    path("questions/<slug:code>/close/", conversations.close, name="close"),
    path("questions/<slug:code>/reopen/", conversations.reopen, name="reopen"),
    path("questions/<slug:code>/sheet/", conversations.sheet, name="sheet"),
    path("questions/<slug:code>/statements/", statements.add_seeds, name="add_seeds"),
    path(
        "questions/<slug:code>/statements.csv",
        conversations.statements_csv,
        name="statements_csv",
    ),
    path("questions/<slug:code>/paper/", paper.paper_sheet, name="paper_sheet"),
    path("questions/<slug:code>/paper/print/", paper.paper_print, name="paper_print"),
    path("questions/<slug:code>/paper/words/", paper.paper_words, name="paper_words"),
    path("questions/<slug:code>/paper/<int:sheet>/", paper.paper_edit, name="paper_edit"),
    path("landscape/", landscape.landscape, name="landscape"),
    path("landscape/method/", landscape.landscape_method, name="landscape_method"),
    path("landscape/<slug:code>/", landscape.landscape, name="landscape"),
    path("landscape/<slug:code>/now/", landscape.landscape_now, name="landscape_now"),
    path("landscape/<slug:code>/data.json", landscape.landscape_json, name="landscape_json"),
    path("landscape/<slug:code>/data.csv", landscape.landscape_csv, name="landscape_csv"),
    path("", include("lamppost.vision.story_urls")),
    path("", include("lamppost.vision.vision_urls")),
    path("goals/", goals.goals, name="goals"),
    path("goals/add/", goals.goal_add, name="goal_add"),
    path("goals/<int:goal>/", goals.goal_edit, name="goal_edit"),
    path("goals/<int:goal>/move/", goals.goal_move, name="goal_move"),
    path("goals/<int:goal>/delete/", goals.goal_delete, name="goal_delete"),
    path("goals/<int:goal>/indicators/add/", goals.indicator_add, name="indicator_add"),
    path("indicators/<int:indicator>/", goals.indicator_edit, name="indicator_edit"),
    path("indicators/<int:indicator>/delete/", goals.indicator_delete, name="indicator_delete"),
    path("organisations/<slug:subject>/", organisations.view_write, name="view_write"),
]
