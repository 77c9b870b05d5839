from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    name = "lamppost.stakeholders"
    label = "stakeholders"
    verbose_name = "Stakeholders"
