from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "lamppost.demo"
    label = "demo"
    verbose_name = "Demo town"
