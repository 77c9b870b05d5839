"""Routes of stakeholders, below /p/<partnership>/stakeholders/."""

from django.urls import path

from .views import exchange, missing, people

app_name = "stakeholders"
urlpatterns = [
    path("", people.overview, name="list"),
    path("grid/", people.influence_and_interest, name="grid"),
    path("add/", people.add, name="add"),
    path("missing/", missing.gaps, name="missing"),
    path("missing/targets/", missing.targets, name="targets"),
    path("missing/<slug:group>/", missing.reason, name="reason"),
    path("import/", exchange.upload, name="import"),
    path("import/confirm/", exchange.confirm, name="import_confirm"),
    path("template.csv", exchange.template, name="template"),
    path("stakeholders.csv", exchange.download, name="download"),
    path("<int:pk>/", people.detail, name="stakeholder"),
    path("<int:pk>/edit/", people.edit, name="edit"),
    path("<int:pk>/status/", people.status, name="status"),
    path("<int:pk>/delete/", people.delete, name="delete"),
]
