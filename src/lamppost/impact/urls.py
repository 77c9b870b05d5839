"""Routes of impact, below /p/<partnership>/impact/."""

from django.urls import URLPattern

app_name = "impact"
urlpatterns: list[URLPattern] = []
