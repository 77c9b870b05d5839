"""Redaction of contact details from words that will be shown: e-mail, phone, payment card.

Thin but safe: it would rather hide a number that was no phone than show one that was. What it
cannot know (a name, an address in words) a person takes out before the words are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .turning import turns

MARK = {
    "email": "[e-mail removed]",
    "card": "[card number removed]",
    "phone": "[number removed]",
    "handle": "[account removed]",
}
PHONE_DIGITS = 7

# What takes no place on the page: soft hyphens, joiners, marks of direction, fillers, variation
# selectors, tags. It may stand anywhere, so words are looked at without it.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# E-mail: with a sign, with a word in brackets, or in words alone (English, Spanish).
_LOCAL = r"[^\s@＠﹫<>()\[\]{},;:\"“”«»]{1,64}"
_LABEL = r"[^\s@＠﹫<>()\[\]{},;:\"“”«»/!?.．。]{1,63}"
_LAST = r"[^\s@＠﹫<>()\[\]{},;:\"“”«»/!?.．。\d]" + _LABEL.replace("{1,63}", "{0,62}")
_AT = r"\s{0,2}(?:[@＠﹫]|[(\[{<]\s?(?:at|a|arroba|@)\s?[)\]}>])\s{0,2}"
_DOT = r"(?:[.．。]|\s[.]\s|\s?[(\[{<]\s?(?:dot|punto|\.)\s?[)\]}>]\s?|\s(?:dot|punto)\s)"
# "at" is also an ordinary word: it needs a spoken dot or a well-known ending.
_KNOWN = r"\.(?:com|org|net|edu|gov|info|eu|uk|jo)\b"
_SPOKEN = rf"\s{{1,2}}at\s{{1,2}}(?!www\.)(?={_LABEL}(?:\sdot\s|{_KNOWN}))"
_EMAIL = re.compile(
    rf"{_LOCAL}(?:{_AT}|\s{{1,2}}arroba\s{{1,2}}|{_SPOKEN})"
    rf"(?:{_LABEL}{_DOT}){{1,10}}{_LAST}(?:[@＠]\S*)?",
    re.IGNORECASE,
)

# An account in another network: a sign right before a name, as in "@maria_l".
_HANDLE = re.compile(r"(?<![\w@＠/.])[@＠](?=[\w.]{3})[^\W\d][\w.]{1,38}\w")
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+)", re.IGNORECASE)

# Digits of any script, with what people put between them: never a line's end, never a comma, and
# a colon only without spaces.
_BETWEEN = r"(?:[ \t\u00a0\u2000-\u200a\u202f\u3000()./\-\u2010-\u2015·•_~*|]{0,4}|:)"
_DIGITS = re.compile(rf"\+?\(?\d(?:{_BETWEEN}\d){{{PHONE_DIGITS - 1},}}")

_WORDS = (
    "zero|oh|one|two|three|four|five|six|seven|eight|nine|double|"
    "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|"
    "صفر|واحد|اثنان|اثنين|ثلاثة|اربعة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة"
)
_SPELLED = re.compile(
    rf"(?<!\w)(?:{_WORDS})(?:[\s,.\-]{{1,3}}(?:{_WORDS})){{{PHONE_DIGITS - 1},}}(?!\w)",
    re.IGNORECASE,
)

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = "|".join(
    part
    for s in (r"\-", "/", r"\.")
    for part in (
        rf"{_YEAR}{s}{_MONTH}{s}{_DAY}",
        rf"{_DAY}{s}{_MONTH}{s}{_YEAR}",
        rf"{_MONTH}{s}{_DAY}{s}{_YEAR}",
    )
)
_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?"
_SHORT = rf"{_DAY}([./\-]){_MONTH}\1\d\d"
_DOTTED = r"(?:[01]?\d|2[0-4])\.[0-5]\d"
_DASH = r" ?[\-\u2010-\u2015] ?"
_HARMLESS = re.compile(
    rf"(?:{_DATE}|{_CLOCK})(?:(?:{_DASH}| )(?:{_DATE}|{_CLOCK}))*"
    rf"|(?:(?:{_DATE}) )?{_DOTTED}{_DASH}{_DOTTED}|(?:{_DATE}) {_DOTTED}"
    rf"|{_YEAR}(?:{_DASH}|/){_YEAR}|{_SHORT} {_CLOCK}(?:{_DASH}{_CLOCK})?"
)

_FIGURE = re.compile(r"[1-9]\d{0,2}(?:[ .\u00a0\u202f]\d{3})+|[1-9]\d{6,8}")
_CODES = "EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|JOD|AED|EGP|MXN|kr|euros?|dollars?|pounds?|pesos|dinars?"
_MONEY = rf"(?:[$€£¥₹₪₺₽₩₴]|\b(?:{_CODES})\b|دينار|درهم|ريال|جنيه|دولار|يورو)"
_MONEY_BEFORE = re.compile(rf"{_MONEY}\s?$", re.IGNORECASE)
_MONEY_AFTER = re.compile(rf"(?:,\d\d)?\s?{_MONEY}", re.IGNORECASE)

# What is counted or measured: the number stands before its unit, or after the word for it.
_UNITS = (
    "people|persons|residents|inhabitants|households|homes|lamps|steps|visitors|voters|"
    "kWh|MWh|GWh|Wh|lm|lumens?|lux|km|m²|m2|kg|tonnes?|CO2|"
    "personas|habitantes|vecinos|hogares|farolas|lámparas|pasos|visitantes|toneladas|"
    "نسمة|شخص|ساكن|أسرة|منزل|مصباح|كيلوواط"
)
_COUNTED = "population(?: of)?|inhabitants:?|población(?: de)?|habitantes:?|عدد السكان|السكان"
_UNIT_AFTER = re.compile(rf"\s?(?:{_UNITS})(?!\w)", re.IGNORECASE)
_WORD_BEFORE = re.compile(rf"(?<!\w)(?:{_COUNTED})\s?(?:was|is)?\s?$", re.IGNORECASE)

_TAKEN_OUT = re.compile(r"\[[^\[\]]*\]")


def luhn(digits: str) -> bool:
    """Say whether `digits` pass the check of ISO/IEC 7812 (Luhn)."""
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = int(character)
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def redact(text: str) -> str:
    """Return `text` with contact details replaced by a mark that says what was removed.

    Parameters
    ----------
    text
        Anything that a person wrote, in any script.

    Returns
    -------
    str
        The text as it may be shown. Redacting twice changes nothing more. Where something is
        taken out, characters that nobody sees go too; else they stay, for scripts need some.
    """
    return _as_seen(text, lambda seen: _HANDLE.sub(MARK["handle"], _once(seen)))


def without_contacts(text: str) -> str:
    """Return `text` with contact details left out, and no mark in their place: to compare words."""
    found = redact(text)
    for mark in MARK.values():
        found = found.replace(mark, " ")
    return found


def redact_own(text: str) -> str:
    """Return a text of the partnership itself with contact details of people replaced.

    Like `redact`, but web addresses and accounts in other networks stay: an office gives them
    to be found.
    """
    parts = _ADDRESS.split(text)
    # Every second part is an address.
    return "".join(
        part if place % 2 and not _EMAIL.search(part) else _own(part)
        for place, part in enumerate(parts)
    )


def _own(text: str) -> str:
    return _as_seen(text, _once)


def _as_seen(text: str, take_out: Callable[[str], str]) -> str:
    """Take out of what is seen of `text` until nothing more is found; else leave it as it is."""
    begun = seen = _UNSEEN.sub("", text)
    while (found := take_out(seen)) != seen:
        seen = found
    return text if seen == begun else seen


def _once(text: str) -> str:
    text = _EMAIL.sub(MARK["email"], text)
    text = _SPELLED.sub(MARK["phone"], text)
    return _DIGITS.sub(_hide_number, text)


def _hide_number(match: re.Match[str]) -> str:
    found = match.group()
    opened = "(" if found.startswith("(") and ")" not in found else ""
    seen = found.removeprefix(opened)
    plain = "".join(str(int(c)) if c.isdecimal() else c for c in seen)
    if _HARMLESS.fullmatch(plain) or _is_figure(plain, match):
        return found
    digits = "".join(c for c in plain if c.isdecimal())
    if 13 <= len(digits) <= 19 and luhn(digits):
        return opened + MARK["card"]
    return opened + MARK["phone"]


def _is_figure(plain: str, match: re.Match[str]) -> bool:
    """Say whether it is a price, or a number of something."""
    if not _FIGURE.fullmatch(plain):
        return False
    before, after = match.string[: match.start()][-24:], match.string[match.end() :][:16]
    return any(
        (
            _MONEY_BEFORE.search(before),
            _MONEY_AFTER.match(after),
            _WORD_BEFORE.search(before),
            _UNIT_AFTER.match(after),
        )
    )


def only_takes_out(original: str, edited: str) -> bool:
    """Say whether `edited` is `original` with words left out, or replaced by marks in brackets.

    Nobody's words are put into another order or into another's mouth. See `keeps_what_it_says`.
    """
    kept = [token for token in _tokens(edited) if not _is_mark(token)]
    return any(
        _within(kept, [token for token in _tokens(text) if not _is_mark(token)])
        for text in (original, redact(original))
    )


def keeps_what_it_says(original: str, edited: str) -> bool:
    """Say whether what `only_takes_out` leaves says nothing else, as far as words tell.

    A mark stands in the place of something, and turns nothing itself; a word like "not" or "all"
    goes only where a mark tells that something stood there.

    Notes
    -----
    Cost: the product of the two numbers of words at most.
    """
    return any(_marks_fit(_tokens(edited), _tokens(text)) for text in (original, redact(original)))


def _tokens(text: str) -> list[str]:
    """Words and marks in order; "don't" is one word, for it says "not"."""
    return re.findall(rf"{_TAKEN_OUT.pattern}|\w+n['’]t\b|\w+", text)


def _is_mark(token: str) -> bool:
    return token.startswith("[")


def _turns(token: str) -> bool:
    return any(turns(word) for word in re.findall(r"\w+n['’]t\b|\w+", token))


def _within(kept: list[str], words: list[str]) -> bool:
    left = iter(words)
    return all(word in left for word in kept)


def _marks_fit(edited: list[str], original: list[str]) -> bool:
    """Walk through `original` in every way at once: how much of `edited` was met, mark or not."""
    met = {(0, False)}
    for token in original:
        after: set[tuple[int, bool]] = set()
        for place, in_mark in met:
            if in_mark or not _turns(token):
                after.add((place, in_mark))
            following = edited[place] if place < len(edited) else ""
            if following == token:
                after.add((place + 1, False))
            if _is_mark(following) and not _turns(following):
                after.add((place + 1, True))
        met = after
    return any(place == len(edited) for place, _in_mark in met)
