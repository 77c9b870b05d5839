"""Themes: what several people speak of, and the answers under each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import requires
from lamppost.accounts.roles import Right
from lamppost.base.paging import page_of

from ..actions import themes as actions
from ..forms.commitments import ThemeForm, UnderForm
from ..models import Theme
from ..queries.feedback import chosen
from ..queries.themes import answers_under, themes_of
from .common import may, pilot_of, posted, url, user_of
from .record import Page, confirm_page, form_page


def _of(partnership: Partnership, pilot: int, pk: int) -> Theme:
    found = Theme.objects.select_related("pilot__partnership")
    return get_object_or_404(found, pilot__partnership=partnership, pilot=pilot, pk=pk)


@requires(Right.VIEW_FEEDBACK)
@require_GET
def theme_list(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """What people speak of, with how many do and what is promised about it."""
    found = pilot_of(partnership, pilot)
    context = {
        "pilot": found,
        "page": page_of(request, themes_of(found)),
        "may_edit": may(request, Right.EDIT_PILOTS),
    }
    return render(request, "pilots/themes.html", context)


@requires(Right.VIEW_FEEDBACK)
@require_GET
def theme_page(
    request: HttpRequest, partnership: Partnership, pilot: int, theme: int
) -> HttpResponse:
    """Show the answers under one theme."""
    found = _of(partnership, pilot, theme)
    context = {
        "pilot": found.pilot,
        "theme": found,
        "page": page_of(request, answers_under(found)),
        "commitments": found.commitments.all(),
        "may_edit": may(request, Right.EDIT_PILOTS),
        "may_moderate": may(request, Right.MODERATE),
    }
    return render(request, "pilots/theme.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def new_theme(request: HttpRequest, partnership: Partnership, pilot: int) -> HttpResponse:
    """Put what was ticked in the feedback under a theme."""
    found = pilot_of(partnership, pilot)
    source = request.POST if request.method == "POST" else request.GET
    answers = chosen(found, source.getlist("feedback"))
    form = UnderForm(posted(request), pilot=found)
    if request.method == "POST" and form.is_valid():
        theme = form.cleaned_data.pop("under", None)
        if theme is None:
            theme = actions.make_theme(
                pilot=found, by=user_of(request), values=form.cleaned_data, feedback=answers
            )
            messages.success(request, _("The theme is public. The answers under it are not."))
        else:
            new = actions.put_under(theme=theme, by=user_of(request), feedback=answers)
            text = ngettext(
                "%(count)d answer more stands under it.",
                "%(count)d answers more stand under it.",
                new,
            )
            messages.success(request, text % {"count": new})
        return redirect(url("theme", found, theme.pk))
    context = {"pilot": found, "form": form, "answers": answers}
    return render(request, "pilots/theme_form.html", context)


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def edit_theme(
    request: HttpRequest, partnership: Partnership, pilot: int, theme: int
) -> HttpResponse:
    kept = _of(partnership, pilot, theme)
    form = ThemeForm(posted(request), pilot=kept.pilot, instance=_of(partnership, pilot, theme))
    page = Page(
        _("Change the theme"),
        kept.name,
        url("theme", kept.pilot, kept.pk),
        _("The theme is saved."),
        who=_("Everybody: beside what is promised about it."),
    )
    return form_page(
        request,
        kept.pilot,
        page,
        form,
        lambda: actions.change_theme(theme=kept, by=user_of(request), values=form.cleaned_data),
    )


@requires(Right.EDIT_PILOTS)
@require_POST
def take_out(
    request: HttpRequest, partnership: Partnership, pilot: int, theme: int
) -> HttpResponse:
    """Take what is ticked out of the theme."""
    kept = _of(partnership, pilot, theme)
    answers = chosen(kept.pilot, request.POST.getlist("feedback"))
    actions.take_out(theme=kept, by=user_of(request), feedback=answers)
    messages.success(request, _("What was ticked stands under this theme no more."))
    return redirect(url("theme", kept.pilot, kept.pk))


@requires(Right.EDIT_PILOTS)
@require_http_methods(["GET", "POST"])
def delete_theme(
    request: HttpRequest, partnership: Partnership, pilot: int, theme: int
) -> HttpResponse:
    kept = _of(partnership, pilot, theme)
    return confirm_page(
        request,
        lambda: actions.delete_theme(theme=kept, by=user_of(request)),
        done=_("The theme is deleted. Residents' words stay."),
        back=url("themes", kept.pilot),
        question=_("Delete this theme?"),
        consequence=_("It disappears from the public pages. What residents said stays."),
        confirm_label=_("Delete"),
    )
