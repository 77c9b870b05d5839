from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "lamppost.impact"
    label = "impact"
    verbose_name = "Impact"
