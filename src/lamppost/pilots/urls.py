"""Routes of pilots, below /p/<partnership>/pilots/."""

from django.urls import URLPattern

app_name = "pilots"
urlpatterns: list[URLPattern] = []
