"""Short addresses of the ways in: the step before a vote, codes, card, kiosk, room."""

from django.urls import path

from .views import kiosk, ladder

urlpatterns = [
    path("v/<slug:code>/step/", ladder.step, name="step"),
    path("v/<slug:code>/step/count/", ladder.step_count, name="step_count"),
    path("v/<slug:code>/step/email/", ladder.step_email, name="step_email"),
    path("v/<slug:code>/step/email/code/", ladder.step_email_code, name="step_email_code"),
    path("v/<slug:code>/step/account/", ladder.step_account, name="step_account"),
    path("v/<slug:code>/step/code/", ladder.step_code, name="step_code"),
    path("v/<slug:code>/step/in-person/", ladder.step_in_person, name="step_in_person"),
    path("k/<str:token>/", kiosk.kiosk, name="kiosk"),
]
