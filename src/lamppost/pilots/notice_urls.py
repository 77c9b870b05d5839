"""Addresses of notices, signs and registers: what is printed, and what other programs read."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from .views import algorithms, notice, register


class Tongue(StringConverter):
    """Two letters that name a language: no other page of a site has so short a name."""

    regex = "[a-z]{2}"


register_converter(Tongue, "tongue")

urlpatterns: list[URLPattern] = [
    path("s/<slug:code>/notice/", notice.notice, name="site_notice"),
    path("s/<slug:code>/<tongue:language>/", notice.notice_in, name="site_notice_in"),
    path("s/<slug:code>.dtpr.json", notice.chain, name="site_dtpr"),
    path("s/<slug:code>/sign/<slug:language>.svg", notice.sign, name="site_sign"),
    path("register/", register.whole_register, name="register"),
    path("register.json", register.whole_register_json, name="register_json"),
    path("register.csv", register.whole_register_csv, name="register_csv"),
    path("algorithms/", algorithms.algorithm_list, name="algorithms"),
    path("algorithms/<slug:slug>/", algorithms.algorithm, name="algorithm"),
    path("algorithms.json", algorithms.algorithms_json, name="algorithms_json"),
]
