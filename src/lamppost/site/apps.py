from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lamppost.site"
    label = "lamppost_site"
    verbose_name = "Site"
