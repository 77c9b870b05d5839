"""A question in other languages: how far each is, all statements side by side, CSV both ways."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lamppost.accounts.models import Partnership
from lamppost.accounts.permissions import PartnershipRequest, requires
from lamppost.accounts.roles import Right
from lamppost.base.languages import canonical_tag
from lamppost.base.spreadsheet import SpreadsheetError
from lamppost.base.uploads import UploadError

from ..actions.host import translate_question, translate_statements
from ..forms.translations import LanguageForm, ReadTranslations, TranslationsForm
from ..models import Conversation
from ..queries import translations as queries
from .conversations import conversation_of, user_of
from .statements import csv_response


@requires(Right.EDIT_VISION)
@require_safe
def translations(request: PartnershipRequest, partnership: Partnership, code: str) -> HttpResponse:
    """List the languages, each with how far it is."""
    conversation = conversation_of(partnership, code)
    form = LanguageForm(request.GET if "language" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("vision:translate", partnership.slug, code, form.cleaned_data["language"])
    context = {
        "conversation": conversation,
        "languages": queries.progress(conversation),
        "form": form,
    }
    return render(request, "vision/translations.html", context)


def _checked(conversation: Conversation, language: str) -> str:
    """A language as its tag is written, or one that an import brought as it is."""
    if canonical_tag(language) != language:
        there = {one.language for one in queries.progress(conversation)}
        if language not in there:
            raise Http404
    return language


@requires(Right.EDIT_VISION)
@require_http_methods(["GET", "HEAD", "POST"])
def translate(
    request: PartnershipRequest, partnership: Partnership, code: str, language: str
) -> HttpResponse:
    """Show everything beside its translation, and store what was written."""
    conversation = conversation_of(partnership, code)
    page = queries.pairs(
        conversation, _checked(conversation, language), request.GET.get("page", "1")
    )
    form = TranslationsForm(
        request.POST if request.method == "POST" else None,
        conversation=conversation,
        there=queries.question_in(conversation, language),
        pairs=list(page.object_list),
        language=language,
        asks_question=page.number == 1 and language != conversation.language,
    )
    if request.method == "POST" and form.is_valid():
        changed = _store(request, conversation, language, form)
        _say(request, changed)
        return redirect(f"{request.path}?page={page.number}")
    context = {"conversation": conversation, "language": language, "page": page, "form": form}
    context["faults"] = []
    return render(request, "vision/translate.html", context)


def _store(
    request: PartnershipRequest, conversation: Conversation, language: str, form: TranslationsForm
) -> int:
    by = user_of(request)
    with transaction.atomic():
        changed = 0
        if form.question_names:
            changed += translate_question(
                conversation=conversation, language=language, values=form.question(), by=by
            )
        return changed + translate_statements(
            conversation=conversation,
            language=language,
            texts=form.texts(),
            still_right=form.still_right(),
            by=by,
        )


def _say(request: PartnershipRequest, changed: int) -> None:
    if not changed:
        messages.info(request, _("Nothing was different."))
        return
    text = ngettext("%(count)d translation saved.", "%(count)d translations saved.", changed)
    messages.success(request, text % {"count": changed})


@requires(Right.EDIT_VISION)
@require_safe
def translations_csv(
    request: PartnershipRequest, partnership: Partnership, code: str, language: str
) -> HttpResponse:
    """Give everything beside its translation as a file."""
    conversation = conversation_of(partnership, code)
    content = queries.translations_csv(conversation, _checked(conversation, language))
    return csv_response(content, f"statements-{code}-{language}.csv")


@requires(Right.EDIT_VISION)
@require_POST
def translations_upload(
    request: PartnershipRequest, partnership: Partnership, code: str, language: str
) -> HttpResponse:
    """Take in a file of translations: every row, or none and what to correct."""
    conversation = conversation_of(partnership, code)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, _("Choose a file first."))
        return redirect(
            "vision:translate", partnership.slug, code, _checked(conversation, language)
        )
    try:
        read = ReadTranslations(conversation, _checked(conversation, language), upload)
    except (UploadError, SpreadsheetError) as fault:
        messages.error(request, str(fault))
        return redirect("vision:translate", partnership.slug, code, language)
    if read.faults:
        context = {"conversation": conversation, "language": language, "faults": read.faults}
        return render(request, "vision/translate_faults.html", context, status=422)
    with transaction.atomic():
        changed = translate_statements(
            conversation=conversation, language=language, texts=read.texts, by=user_of(request)
        )
        if read.question and language != conversation.language:
            changed += translate_question(
                conversation=conversation,
                language=language,
                values=read.question,
                by=user_of(request),
            )
    _say(request, changed)
    return redirect("vision:translate", partnership.slug, code, language)
