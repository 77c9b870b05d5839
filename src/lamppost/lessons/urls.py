"""Routes of lessons, below /p/<partnership>/lessons/."""

from django.urls import URLPattern

app_name = "lessons"
urlpatterns: list[URLPattern] = []
