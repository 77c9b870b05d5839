"""Routes of lessons for everybody, over all partnerships of the instance."""

from django.urls import path

from . import views

urlpatterns = [
    path("lessons/", views.public_list, name="lessons"),
    path("lessons/feed.json", views.lesson_feed, name="lessons_feed"),
    path("lessons/<uuid:public_id>/", views.public_lesson, name="lesson"),
]
