from django.apps import AppConfig


class StoryConfig(AppConfig):
    name = "lamppost.story"
    label = "story"
    verbose_name = "Story"
