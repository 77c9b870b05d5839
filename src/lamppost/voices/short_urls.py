"""The short address on a printed return code: /back/."""

from django.urls import path

from .views import back

urlpatterns = [
    path("back/", back.back, name="back"),
]
