"""Routes of sensing, below /p/<partnership>/sensing/."""

from django.urls import path

from . import views

app_name = "sensing"
urlpatterns = [
    path("<int:pilot>/import/", views.import_readings, name="import"),
    path("<int:pilot>/template.csv", views.template, name="template"),
]
