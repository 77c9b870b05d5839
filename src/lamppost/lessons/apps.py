from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lamppost.lessons"
    label = "lessons"
    verbose_name = "Lessons"
