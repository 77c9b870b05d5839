"""Routes of story, below /p/<partnership>/story/."""

from django.urls import path

from . import views

app_name = "story"
urlpatterns = [
    path("", views.page, name="page"),
    path("export/", views.export, name="export"),
    path("export/private/", views.export_private, name="export_private"),
]
