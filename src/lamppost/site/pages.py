"""Routes of the pages that belong to no single stage."""

from django.urls import path
from django.views.i18n import set_language

from lamppost.base.permissions import PUBLIC, declare

urlpatterns = [
    path("language/", declare(set_language, PUBLIC), name="set_language"),
]
