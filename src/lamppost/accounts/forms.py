"""Forms of accounts: invite, change a role, join, one's own account, the first account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from .groups import GROUP_OF_ROLE, ROLES_OF_ONE_GROUP, Group
from .models import User
from .roles import Role

ROLE_HINTS = {
    Role.LEAD: _("Runs the partnership, invites people, signs gates."),
    Role.FACILITATOR: _("Plans meetings, asks questions, reads what residents wrote."),
    Role.ANALYST: _("Brings in readings, computes estimates, writes lessons."),
    Role.ORGANISATION: _("Enters paper and spoken input, writes its own view."),
    Role.COMPANY: _("Sends readings and reads feedback. Never moderates."),
    Role.RESEARCHER: _("Works with the open data and computes estimates."),
    Role.OBSERVER: _("Reads along."),
}


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, f"{role.label}: {ROLE_HINTS[role]}") for role in Role]


class LanguageField(forms.ChoiceField):
    """One of the languages of this instance."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=settings.LANGUAGES, **kwargs)


class PasswordMixin(forms.Form):
    """A password that is checked as everywhere else, against the person's own details."""

    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least 8 characters, not digits alone, and not one that many people use."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password")
        if password:
            person = User(email=self.address(data), name=data.get("name", ""))
            try:
                validate_password(password, user=person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data

    def address(self, data: dict[str, Any]) -> str:
        """Return the e-mail address that the password must not resemble."""
        return str(data.get("email", ""))


class FirstAccountForm(PasswordMixin):
    """Whoever sets the instance up."""

    field_order = ("name", "email", "password", "language")
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    language = LanguageField(label=_("Language"))


class JoinForm(PasswordMixin):
    """The invited person's own account; the address is the one that was invited."""

    field_order = ("name", "password")
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As the others in the partnership should see it."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, email: str, needs_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email
        self.fields["password"].required = needs_password
        if not needs_password:
            self.fields["password"].help_text = _(
                "Leave it empty if you prefer to sign in with a code that we send by e-mail. "
                "Otherwise at least 8 characters."
            )

    def address(self, data: dict[str, Any]) -> str:
        return self._email


class InvitationForm(forms.Form):
    """Invite one person: with which role, of which group, who."""

    role = forms.ChoiceField(
        label=_("Role"), help_text=_("You can change it later."), choices=_role_choices
    )
    group = forms.ChoiceField(
        label=_("Which group do they belong to?"),
        choices=[("", _("The usual group of the role; observers are of none")), *Group.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = LanguageField(label=_("Language of the invitation"))

    def clean(self) -> dict[str, Any]:
        """Fill the group from the role, and refuse a pair that contradicts itself."""
        data = super().clean() or {}
        role, group = data.get("role", ""), data.get("group", "")
        usual = GROUP_OF_ROLE.get(role)
        if not group and "group" in data:
            data["group"] = usual.value if usual else ""
        elif group and role in ROLES_OF_ONE_GROUP and usual and group != usual:
            text = _t("The role “%(role)s” is for the group “%(group)s”. Change one of the two.")
            self.add_error("group", text % {"role": Role(role).label, "group": usual.label})
        return data


class RoleForm(forms.Form):
    """Give a member another role."""

    role = forms.ChoiceField(label=_("Role"), choices=_role_choices, widget=forms.RadioSelect)


class AccountForm(forms.Form):
    """One's own name and language."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As the others in your partnerships see it."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = LanguageField(label=_("Language"), help_text=_("For pages and for our mails."))


class PartnershipForm(forms.Form):
    """Name a problem; everything else can come later."""

    name = forms.CharField(
        label=_("Name of the partnership"),
        help_text=_("Short, as people would say it. For example: Elm Street after dark."),
        max_length=120,
    )
    problem = forms.CharField(
        label=_("The problem, in residents' words"),
        help_text=_(
            "One or two sentences that somebody at the bus stop would say. "
            "For example: I do not dare to walk home from the bus at night."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    town = forms.CharField(label=_("Town"), max_length=120, required=False)
    playbook = forms.ChoiceField(
        label=_("Playbook"),
        help_text=_(
            "A starting point with indicators, questions and typical concerns. "
            "It only makes suggestions; you can do without."
        ),
        required=False,
    )
    language = LanguageField(
        label=_("Language"), help_text=_("In which the partnership mostly works.")
    )

    def __init__(self, *args: Any, playbooks: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("No playbook")), *playbooks]
        self.fields["playbook"].choices = choices  # type: ignore[attr-defined]
