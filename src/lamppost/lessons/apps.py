from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lamppost.lessons"
    label = "lessons"
    verbose_name = "Lessons"

    def ready(self) -> None:
        from lamppost.accounts.ports import DESK_ITEMS, NEWS_ITEMS, STAGE_STATUS
        from lamppost.pilots.ports import RESULTS

        from . import desk

        STAGE_STATUS.register(desk.stage_status)
        DESK_ITEMS.register(desk.desk_items)
        NEWS_ITEMS.register(desk.news_items)
        RESULTS.register(desk.pilot_results)
