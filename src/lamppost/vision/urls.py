"""Routes of vision, below /p/<partnership>/vision/."""

from django.urls import URLPattern

app_name = "vision"
urlpatterns: list[URLPattern] = []
