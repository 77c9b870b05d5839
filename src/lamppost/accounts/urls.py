"""Routes of accounts, below /p/<partnership>/."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("members/", views.members, name="members"),
    path("members/invite/", views.invite, name="invite"),
    path("members/<int:member>/", views.change_member, name="change_member"),
    path("members/<int:member>/remove/", views.remove, name="remove"),
    path("invitations/<int:invitation>/withdraw/", views.withdraw, name="withdraw"),
    path("invitations/<int:invitation>/send-again/", views.send_again, name="send_again"),
    path("ledger/", views.ledger, name="ledger"),
]
