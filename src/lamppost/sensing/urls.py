"""Routes of sensing, below /p/<partnership>/sensing/."""

from django.urls import URLPattern

app_name = "sensing"
urlpatterns: list[URLPattern] = []
