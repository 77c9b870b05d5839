from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "lamppost.network"
    label = "network"
    verbose_name = "Network"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
        from lamppost.stakeholders.ports import GOES_WITH, MEETINGS_OF

        from . import desk, queries

        STAGE_STATUS.register(desk.stage_status)
        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        MEETINGS_OF.register(queries.meetings_of)
        GOES_WITH.register(desk.goes_with)
