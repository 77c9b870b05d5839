"""The notice at a site: as a page, as DTPR's data chain, as a sign to print; for ever."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import attach, public, requires
from lamppost.accounts.roles import Right

from .. import dtpr, queries
from ..models import RetiredCode
from ..queries.asking import asking
from ..queries.disclosure import DAYS, days_shown
from ..queries.notice_in import notice_in_language, retired_notice
from ..sheets import first_sign_language, may_be_signed, sign_of
from ..sign import PAPERS, draw
from ..sign_texts import languages, texts
from .common import pilot_of
from .resident import site_with

View = Callable[..., HttpResponse]


def answers_for_ever(view: View) -> View:
    """Let the code of a deleted site answer too, with the way to what came of its pilot."""

    @wraps(view)
    def answered(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, code=code, **kwargs)
        except Http404:
            retired = queries.retired_code(code)
            if retired is None:
                raise
            return _retired(request, retired)

    return answered


def _retired(request: HttpRequest, retired: RetiredCode) -> HttpResponse:
    if retired.partnership:
        attach(request, retired.partnership)
    results = queries.results_of(retired.pilot) if retired.pilot else []
    context = {"retired": retired, "results": results, "partnership": retired.partnership}
    return render(request, "pilots/retired.html", context)


@answers_for_ever
@public
@require_GET
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that is to be said about a site, on one page."""
    site = site_with(code)
    pilot = site.pilot
    attach(request, pilot.partnership)
    context = {
        "site": site,
        "pilot": pilot,
        "facts": queries.disclosure_facts(site),
        "asks": asking(site).value,
        "entries": [(one, one.until_at(site)) for one in pilot.register_entries.all()],
        "told": pilot.notices.all()[:5],
        "days": [(DAYS[key], day) for key, day in days_shown(site)],
        "languages": languages(),
        "may_print": may_be_signed(pilot),
    }
    return render(request, "pilots/notice.html", context)


@public
@require_GET
def notice_in(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The notice in one of the six languages of the signs; the sign's code leads here."""
    if language not in texts():
        raise Http404
    retired = queries.retired_code(code)
    with override(language):
        if retired is not None:
            partnership, made = retired.partnership, retired_notice(retired, language)
        else:
            site = site_with(code)
            partnership, made = site.pilot.partnership, notice_in_language(site, language)
        if partnership:
            attach(request, partnership)
        context = {
            "notice": made,
            "words": texts()[language],
            "language": language,
            "languages": languages(),
            "site_languages": [code for code, _name in settings.LANGUAGES],
            "partnership": partnership,
        }
        response = render(request, "pilots/notice_in.html", context)
    response["Content-Language"] = language
    return response


@public
@require_GET
def chain(request: HttpRequest, code: str) -> JsonResponse:
    """The notice as DTPR's data chain; where it is none yet, what is missing."""
    if retired := queries.retired_code(code):
        return JsonResponse({"gone_since": retired.retired_on.isoformat()}, status=410)
    record = queries.dtpr_record(site_with(code))
    if wrong := dtpr.problems(record):
        return JsonResponse({"problems": wrong}, status=409)
    response = JsonResponse(record, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@public
@require_GET
def sign(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The sign as SVG in millimetres, on A5 or with ``?paper=a4`` on A4."""
    site = site_with(code)
    if language not in texts():
        raise Http404
    if not may_be_signed(site.pilot):
        raise Http404(_("The plan does not say yet whether people can be identified."))
    paper = request.GET.get("paper", "a5")
    drawn = draw(sign_of(site, language), paper if paper in PAPERS else "a5")
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    kind = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{kind}; filename="sign-{site.code}-{language}.svg"'
    return response


@requires(Right.VIEW_DESK)
@require_GET
def signs(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """The signs of all sites to print, in one language or in all."""
    found = pilot_of(partnership, pilot)
    known = texts()
    wanted = request.GET.get("language", first_sign_language(found))
    chosen = list(known) if wanted == "all" else [wanted if wanted in known else "en"]
    sites = queries.sites_by_arm(found)
    one = request.GET.get("site", "")
    if one.isdecimal():
        sites = [site for site in sites if str(site.pk) == one]
    context = {
        "pilot": found,
        "sites": sites,
        "chosen": [(code, name) for code, name in languages() if code in chosen],
        "languages": languages(),
        "language": wanted if wanted == "all" else chosen[0],
        "only": one if one.isdecimal() else "",
        "may_print": may_be_signed(found),
    }
    return render(request, "pilots/signs.html", context)
