"""Routes of voices, below /p/<partnership>/voices/."""

from django.urls import URLPattern

app_name = "voices"
urlpatterns: list[URLPattern] = []
