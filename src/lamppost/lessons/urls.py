"""Routes of lessons, below /p/<partnership>/lessons/."""

from django.urls import path

from . import views

app_name = "lessons"
urlpatterns = [
    path("", views.partnership_list, name="list"),
    path("<int:pilot>/draft/", views.draft, name="draft"),
    path("<int:pilot>/", views.edit, name="edit"),
    path("<int:pilot>/preview/", views.preview, name="preview"),
    path("<int:pilot>/unpublish/", views.unpublish, name="unpublish"),
]
