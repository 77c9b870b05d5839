"""Routes of a pilot's part of the sensor register, and of its signs."""

from django.urls import URLPattern, path

from .views import notice, register

urlpatterns: list[URLPattern] = [
    path("<int:pilot>/sites/signs/", notice.signs, name="signs"),
    path("<int:pilot>/register/", register.register, name="register"),
    path("<int:pilot>/register/no-device/", register.no_device, name="no_device"),
    path("<int:pilot>/register/new/", register.new_entry, name="new_entry"),
    path("<int:pilot>/register/<int:entry>/edit/", register.edit_entry, name="edit_entry"),
    path("<int:pilot>/register/<int:entry>/delete/", register.delete_entry, name="delete_entry"),
    path("<int:pilot>/register.json", register.register_json, name="register_json"),
    path("<int:pilot>/register.csv", register.register_csv, name="register_csv"),
]
