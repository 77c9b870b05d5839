from django.apps import AppConfig


class VisionConfig(AppConfig):
    name = "lamppost.vision"
    label = "vision"
    verbose_name = "Vision"
