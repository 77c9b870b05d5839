"""The public register of Lamppost's own methods."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import public

from .. import algorithms


def _area() -> str:
    towns = Partnership.objects.exclude(town="").order_by("town")
    return ", ".join(towns.values_list("town", flat=True).distinct())


@public
@require_GET
def algorithm_list(request: HttpRequest) -> HttpResponse:
    found = [(slug, algorithms.entry(slug)) for slug in algorithms.slugs()]
    return render(request, "pilots/algorithms.html", {"entries": found})


@public
@require_GET
def algorithm(request: HttpRequest, slug: str) -> HttpResponse:
    """One method, in every attribute of the standard that is known."""
    if slug not in algorithms.slugs():
        raise Http404
    said = algorithms.entry(slug, _area())
    groups = [
        (title, [(one.label, said[one.code]) for one in attributes if said[one.code]])
        for title, attributes in algorithms.GROUPS
    ]
    return render(request, "pilots/algorithm.html", {"entry": said, "groups": groups})


@public
@require_GET
def algorithms_json(request: HttpRequest) -> JsonResponse:
    area = _area()
    found = [
        {code: text for code, text in algorithms.entry(slug, area).items() if text}
        for slug in algorithms.slugs()
    ]
    response = JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response
