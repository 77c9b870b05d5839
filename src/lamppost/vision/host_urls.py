"""Routes of the host's work on a question's statements, below questions/<code>/."""

from django.urls import path

from .views import curation, paper_check, statements, translations

_ONE = "statements/<int:number>/"

urlpatterns = [
    path("statements/template.csv", statements.seeds_template, name="seeds_template"),
    path("translations/", translations.translations, name="translations"),
    path("translations/<slug:language>/", translations.translate, name="translate"),
    path(
        "translations/<slug:language>/file.csv",
        translations.translations_csv,
        name="translations_csv",
    ),
    path(
        "translations/<slug:language>/upload/",
        translations.translations_upload,
        name="translations_upload",
    ),
    path("paper/check/", paper_check.paper_checks, name="paper_checks"),
    path("paper/<int:sheet>/check/", paper_check.paper_check, name="paper_check"),
    path("paper/<int:sheet>/settle/", paper_check.paper_settle, name="paper_settle"),
    path("paper/file/", paper_check.paper_file, name="paper_file"),
    path("paper/file.csv", paper_check.paper_file_template, name="paper_file_template"),
    path("decline/", curation.decline, name="decline"),
    path("decline/effect/", curation.decline_effect, name="decline_effect"),
    path(_ONE, curation.statement, name="statement"),
    path(f"{_ONE}accept/", curation.statement_accept, name="statement_accept"),
    path(f"{_ONE}merge/", curation.statement_merge, name="statement_merge"),
    path(f"{_ONE}unmerge/", curation.statement_unmerge, name="statement_unmerge"),
    path(f"{_ONE}split/", curation.statement_split, name="statement_split"),
    path(f"{_ONE}unsplit/", curation.statement_unsplit, name="statement_unsplit"),
    path(f"{_ONE}mend/", curation.statement_mend, name="statement_mend"),
    path(
        f"{_ONE}words/<int:edit>/back/", curation.statement_words_back, name="statement_words_back"
    ),
    path(
        f"{_ONE}words/<int:edit>/hide/", curation.statement_words_hide, name="statement_words_hide"
    ),
]
