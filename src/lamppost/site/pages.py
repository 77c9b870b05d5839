"""Routes of the pages that belong to no single stage."""

from django.urls import path
from django.views.i18n import set_language

from lamppost.accounts import views as accounts
from lamppost.base.permissions import PUBLIC, declare

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("help/", views.help_page, name="help"),
    path("about/", views.about, name="about"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", declare(set_language, PUBLIC), name="set_language"),
    path("account/", accounts.account, name="account"),
    path("account/delete/", accounts.delete_account, name="delete_account"),
    path("join/<str:token>/", accounts.join, name="join"),
    path("partnerships/new/", views.new_partnership, name="new_partnership"),
    path("p/<slug:partnership>/", views.partnership, name="partnership"),
    path("p/<slug:partnership>/seen/", views.seen, name="seen"),
    path("p/<slug:partnership>/settings/", views.settings, name="partnership_settings"),
    path("demo/door/", views.demo_door, name="demo_door"),
    path("demo/mail/", views.demo_mail, name="demo_mail"),
]
