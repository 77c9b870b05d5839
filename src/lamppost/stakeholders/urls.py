"""Routes of stakeholders, below /p/<partnership>/stakeholders/."""

from django.urls import URLPattern

app_name = "stakeholders"
urlpatterns: list[URLPattern] = []
