"""Routes of commitments, versions and the decision's views, below /p/<partnership>/pilots/."""

from django.urls import URLPattern, path

from .views import commitments, endings, outcome, themes

urlpatterns: list[URLPattern] = [
    path("<int:pilot>/commitments/", commitments.commitment_list, name="commitments"),
    path("<int:pilot>/commitments/new/", commitments.new_commitment, name="new_commitment"),
    path(
        "<int:pilot>/commitments/<int:commitment>/edit/",
        commitments.edit_commitment,
        name="edit_commitment",
    ),
    path(
        "<int:pilot>/commitments/<int:commitment>/doing/",
        commitments.start_commitment,
        name="start_commitment",
    ),
    path(
        "<int:pilot>/commitments/<int:commitment>/done/",
        commitments.keep_commitment,
        name="keep_commitment",
    ),
    path(
        "<int:pilot>/commitments/<int:commitment>/not-done/",
        commitments.refuse_commitment,
        name="refuse_commitment",
    ),
    path(
        "<int:pilot>/commitments/<int:commitment>/delete/",
        commitments.delete_commitment,
        name="delete_commitment",
    ),
    path("<int:pilot>/themes/", themes.theme_list, name="themes"),
    path("<int:pilot>/themes/new/", themes.new_theme, name="new_theme"),
    path("<int:pilot>/themes/<int:theme>/", themes.theme_page, name="theme"),
    path("<int:pilot>/themes/<int:theme>/edit/", themes.edit_theme, name="edit_theme"),
    path("<int:pilot>/themes/<int:theme>/take-out/", themes.take_out, name="take_out"),
    path("<int:pilot>/themes/<int:theme>/delete/", themes.delete_theme, name="delete_theme"),
    path("<int:pilot>/specification/", outcome.specification, name="specification"),
    path("<int:pilot>/specification/edit/", outcome.edit_specification, name="edit_specification"),
    path("<int:pilot>/specification/bought/", outcome.edit_bought, name="edit_bought"),
    path("<int:pilot>/specification/new/", outcome.new_version, name="new_version"),
    path("<int:pilot>/decide/until/", endings.views_until, name="views_until"),
    path("<int:pilot>/view/", endings.ending_view, name="ending_view"),
    path("<int:pilot>/view/withdraw/", endings.withdraw_view, name="withdraw_view"),
    path("<int:pilot>/decide/<slug:group>/", outcome.group_view, name="group_view"),
]
