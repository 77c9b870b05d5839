"""Routes of network, below /p/<partnership>/network/."""

from django.urls import URLPattern

app_name = "network"
urlpatterns: list[URLPattern] = []
