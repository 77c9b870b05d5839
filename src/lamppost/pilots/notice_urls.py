"""Addresses of notices, signs and registers: what is printed, and what other programs read."""

from django.urls import URLPattern, path

from .views import algorithms, notice, register

urlpatterns: list[URLPattern] = [
    path("s/<slug:code>/notice/", notice.notice, name="site_notice"),
    path("s/<slug:code>.dtpr.json", notice.chain, name="site_dtpr"),
    path("s/<slug:code>/sign/<slug:language>.svg", notice.sign, name="site_sign"),
    path("register/", register.whole_register, name="register"),
    path("register.json", register.whole_register_json, name="register_json"),
    path("register.csv", register.whole_register_csv, name="register_csv"),
    path("algorithms/", algorithms.algorithm_list, name="algorithms"),
    path("algorithms/<slug:slug>/", algorithms.algorithm, name="algorithm"),
    path("algorithms.json", algorithms.algorithms_json, name="algorithms_json"),
]
