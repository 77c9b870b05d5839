"""Routes of sensing, below /p/<partnership>/sensing/."""

from django.urls import path

from .views import answers, devices, readings

app_name = "sensing"
urlpatterns = [
    path("<int:pilot>/import/", readings.import_readings, name="import"),
    path("<int:pilot>/template.csv", readings.template, name="template"),
    path("<int:pilot>/devices/", devices.devices, name="devices"),
    path("<int:pilot>/devices/template.csv", devices.devices_template, name="devices_template"),
    path("<int:pilot>/devices/<int:note>/take-back/", devices.take_back_note, name="take_back"),
    path("<int:pilot>/answers/", answers.answers, name="answers"),
    path("<int:pilot>/answers/template.csv", answers.survey_file, name="survey_template"),
]
