"""Routes of workshops, below /p/<partnership>/vision/workshops/."""

from django.urls import path

from .views import workshop_parts as parts
from .views import workshops

_ONE = "<int:workshop>/"

urlpatterns = [
    path("", workshops.workshops, name="workshops"),
    path("add/", workshops.workshop_add, name="workshop_add"),
    path(_ONE, workshops.workshop, name="workshop"),
    path(f"{_ONE}edit/", workshops.workshop_edit, name="workshop_edit"),
    path(f"{_ONE}delete/", workshops.workshop_delete, name="workshop_delete"),
    path(f"{_ONE}notes/", workshops.workshop_notes, name="workshop_notes"),
    path(f"{_ONE}agenda/", parts.item_add, name="item_add"),
    path(f"{_ONE}agenda/<int:item>/", parts.item_edit, name="item_edit"),
    path(f"{_ONE}agenda/<int:item>/move/", parts.item_move, name="item_move"),
    path(f"{_ONE}agenda/<int:item>/delete/", parts.item_delete, name="item_delete"),
    path(f"{_ONE}statements/", parts.workshop_statements, name="workshop_statements"),
    path(f"{_ONE}sheet/", parts.workshop_sheet, name="workshop_sheet"),
    path(f"{_ONE}screen/", parts.workshop_screen, name="workshop_screen"),
    path(f"{_ONE}said/", parts.workshop_said, name="workshop_said"),
    path(f"{_ONE}hopes-and-fears/", parts.hopes_and_fears, name="hopes_and_fears"),
    path(f"{_ONE}agreed/", parts.agreement_add, name="agreement_add"),
    path(f"{_ONE}agreed/<int:agreement>/", parts.agreement_edit, name="agreement_edit"),
    path(f"{_ONE}agreed/<int:agreement>/delete/", parts.agreement_delete, name="agreement_delete"),
]
