"""Routes of voices, below /p/<partnership>/voices/."""

from django.urls import path

from .views import back, mine, queue

app_name = "voices"
urlpatterns = [
    path("mine/", mine.mine, name="mine"),
    path("mine/my-answers.json", mine.download, name="download"),
    path("mine/erase/", mine.erase_all, name="erase_all"),
    path("mine/erase/<slug:kind>/<slug:identifier>/", mine.erase_one, name="erase_one"),
    path("mine/words/<int:voice>/consent/", mine.consent, name="consent"),
    path("mine/code/", back.return_code, name="return_code"),
    path("mine/code/revoke/", back.return_code_revoke, name="return_code_revoke"),
    path("mine/code/only-here/", back.only_here, name="only_here"),
    path("queue/", queue.queue, name="queue"),
    path("queue/several/", queue.decide_many, name="decide_many"),
    path("queue/<int:voice>/", queue.decide, name="decide"),
    path("queue/<int:voice>/text/", queue.edit_text, name="edit_text"),
]
