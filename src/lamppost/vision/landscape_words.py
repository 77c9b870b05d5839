"""What a landscape says, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lamppost.engines.suppression import DEFAULT_THRESHOLD

Params = Mapping[str, int | str]


def percent(share: float) -> str:
    """Return a share from 0 to 1 as whole percent in the reader's locale."""
    return _("%(number)s %%") % {"number": number_format(round(share * 100))}


def percent_exactly(share: float) -> str:
    """Return a share from 0 to 1 as percent with one decimal."""
    return _("%(number)s %%") % {"number": number_format(round(100 * share, 1), 1)}


def released_count(count: int | None) -> str:
    """Return a released count in words: it is a lower bound, and None stands for fewer than ten."""
    if count is None:
        return _("fewer than %(limit)s") % {"limit": number_format(DEFAULT_THRESHOLD)}
    return _("at least %(count)s") % {"count": number_format(count)}


def letter_of(number: int) -> str:
    """Return the letter of a group counted from 0: A to Z, then AA, AB and so on."""
    before, last = divmod(number, 26)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + last)


def group_name(letter: str, pattern: str = "groups") -> str:
    """Return the name of an opinion group, or of a side of a spectrum."""
    words = _("Side %(letter)s") if pattern == "spectrum" else _("Group %(letter)s")
    return words % {"letter": letter}


def headline(pattern: str, groups: int, *, settled: bool, tested: bool) -> str:
    """Return in one sentence what kind of picture it is.

    Parameters
    ----------
    groups
        How many are shown.
    settled, tested
        Whether the groups would very likely be found again, and whether the method looks.
    """
    if pattern == "none" or (pattern == "groups" and not groups and not tested):
        return _("No pattern beyond chance: here is what everybody agrees with.")
    if tested and not settled:
        return _(
            "There is a pattern, but it is not settled: no groups are drawn, and here is what "
            "everybody agrees with."
        )
    if pattern == "spectrum":
        return _("Opinions lie on a spectrum: two sides, with many people between them.")
    if not tested:
        return ngettext(
            "As Polis does it, people are put into %(count)s group.",
            "As Polis does it, people are put into %(count)s groups.",
            groups,
        ) % {"count": number_format(groups)}
    return ngettext(
        "Opinions fall into %(count)s group.", "Opinions fall into %(count)s groups.", groups
    ) % {"count": number_format(groups)}


def hundred(share: float) -> str:
    """Return a share as people or votes of a hundred, without "of 100"."""
    return str(number_format(round(100 * share)))


def of_hundred(low: float, high: float) -> str:
    """Return a range of shares as people out of a hundred."""
    return _("between %(low)s and %(high)s of 100") % {
        "low": number_format(round(100 * low)),
        "high": number_format(round(100 * high)),
    }


def more_votes(count: int | None) -> str:
    """Return how many more votes would settle a statement."""
    if count is None:
        return _("Close to half: more votes may not settle it.")
    return _("About %(count)s more votes would settle it.") % {
        "count": number_format(count, force_grouping=True)
    }


def at_least(count: int | None) -> str:
    """Return a released count in words; small ones are not told."""
    if count is None:
        return _("fewer than ten")
    return _("at least %(count)s") % {"count": number_format(count, force_grouping=True)}


def flag(kind: str) -> str:
    """Return what was seen, in a sentence; empty for a kind of a later version."""
    words = {
        "copies": _("Long answers that are nearly the same, more often than like minds explain."),
        "same_few": _("Exactly the same few answers to the same statements."),
        "straight_line": _("One answer to everything."),
        "near_line": _("One answer to nearly everything."),
        "burst": _("Many people within a short time whose answers follow one model."),
        "shared_network": _(
            "Several people over one network. A workshop or a library looks like this."
        ),
    }
    return words.get(kind, "")


def of_100(share: float) -> str:
    """Return a share as so many of a hundred."""
    return _("%(number)s of 100") % {"number": hundred(share)}


def list_name(name: str, pattern: str) -> str:
    """Return what a list of the page is called in a comparison."""
    typical = (
        _("Statements that set a side apart")
        if pattern == "spectrum"
        else _("Statements that set a group apart")
    )
    return {
        "ground": _("Statements of common ground"),
        "dividing": _("Statements that divide"),
        "undecided": _("Statements that are undecided"),
        "typical": typical,
    }[name]


def list_change(entering: int, leaving: int, *, all_shown: bool = True) -> str:
    """Return how many statements a list gains and loses without the flagged votes.

    Parameters
    ----------
    all_shown
        Whether each statement of the list is shown in both; else only those that are compare.
    """
    if not entering and not leaving:
        return _("the same") if all_shown else _("the same, of those that are shown in both")
    return ", ".join(
        words % {"number": number_format(number)}
        for words, number in ((_("%(number)s more"), entering), (_("%(number)s less"), leaving))
        if number
    )


def enters(name: str) -> str:
    """Return what a statement is without the flagged votes alone."""
    return {
        "ground": _("Would be common ground too."),
        "dividing": _("Would divide."),
        "undecided": _("Would be undecided."),
        "typical": _("Would be typical of one part."),
    }[name]


def leaves(name: str) -> str:
    """Return what a statement is only with the flagged votes."""
    return {
        "ground": _("Would not surely be common ground."),
        "dividing": _("Would not surely divide."),
        "undecided": _("Would no longer be undecided."),
        "typical": _("Would not surely be typical of one part."),
    }[name]


def stability(share: float | None) -> str:
    """Return how firm a group is, in words."""
    if share is None:
        return ""
    if share >= 0.9:
        return _("Found again almost unchanged when other people are drawn.")
    return _("Found again in large part when other people are drawn.")


def caution(code: str, params: Params) -> str:
    """Return the sentence of an engine's warning; empty for one that readers need not know."""
    words = _CAUTIONS.get(code.removeprefix("opinion."))
    return words(params) if words else ""


def _number(params: Params, name: str) -> str:
    return number_format(params.get(name, ""), force_grouping=True)


_CAUTIONS: dict[str, Callable[[Params], str]] = {
    "groups_not_tested": lambda _params: _(
        "This method always finds at least two groups, even where opinions differ by chance only. "
        "Whether these groups are more than chance has not been tested."
    ),
    "few_participants": lambda _params: _(
        "Only a few people could be placed. Expect changes when more people vote."
    ),
    "few_votes_each": lambda params: (
        _(
            "Some people were placed although they voted fewer than %(needed)s times. Their "
            "place is very uncertain."
        )
        % {"needed": _number(params, "needed")}
    ),
    "small_group": lambda _params: _(
        "At least one group is so small that its numbers are not shown. So nothing is listed as "
        "common ground: the list would tell how a small group leans."
    ),
    "no_common_ground": lambda _params: _(
        "No statement has the agreement of more than half of each group. That is a finding too."
    ),
    "too_few_participants": lambda _params: _(
        "Too few people have voted to tell groups of opinion."
    ),
    "too_few_statements": lambda _params: _(
        "Too few statements can be used. At least two are needed to tell groups of opinion."
    ),
    "all_statements_set_aside": lambda _params: _(
        "No statement is accepted yet, so there is nothing to compare."
    ),
    "too_few_people": lambda _params: _(
        "Too few people have voted enough. No pattern can be looked for yet."
    ),
    "signs": lambda _params: _(
        "No pattern was found. What people differ in is how readily they agree, not what they "
        "agree with."
    ),
    "halves": lambda _params: _(
        "No pattern was found. Where people stand on half of the statements says too little "
        "about the rest."
    ),
    "continuum": lambda _params: _(
        "The two sides are not separate groups. Many people stand between them, so nobody should "
        "be put into one."
    ),
    "unsettled": lambda _params: _(
        "The groups are not settled: with other people they might come out differently. They are "
        "neither drawn nor described until they hold."
    ),
    "nothing_shared": lambda _params: _(
        "Of no statement is it sure yet that everybody shares it. More votes may tell."
    ),
    "no_differences": lambda _params: _(
        "The people who voted cannot be told apart: they answered alike."
    ),
}
