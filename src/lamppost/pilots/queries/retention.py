"""How many days data is kept, read from the plan's own words ("One year after the end")."""

from __future__ import annotations

import re

# Beginnings of words for a unit, and its days; in the languages of the interface and a few more.
_UNITS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("day", "día", "dia", "jour", "tag", "dag", "يوم", "أيام", "ايام")),
    (7, ("week", "seman", "semaine", "woche", "أسبوع", "اسبوع", "أسابيع", "اسابيع")),
    (30, ("month", "mes", "mês", "mois", "monat", "maand", "شهر", "أشهر", "شهور")),
    (365, ("year", "año", "ano", "an ", "ans", "jahr", "jaar", "سنة", "سنوات", "عام", "أعوام")),
)
_DUALS = {"يومين": 2, "أسبوعين": 14, "شهرين": 60, "سنتين": 730, "عامين": 730}
_NUMBERS = {
    word: number
    for number, words in {
        1: "a an one un una uno une ein eine einen واحد واحدة",
        2: "two dos deux zwei dois duas twee",
        3: "three tres trois drei três drie ثلاثة ثلاث",
        4: "four cuatro quatre vier quatro أربعة أربع",
        5: "five cinco cinq fünf vijf خمسة خمس",
        6: "six seis sechs zes ستة ست",
        7: "seven siete sept sieben sete zeven سبعة سبع",
        8: "eight ocho huit acht oito ثمانية ثماني",
        9: "nine nueve neuf neun nove negen تسعة تسع",
        10: "ten diez dix zehn dez tien عشرة عشر",
    }.items()
    for word in words.split()
}
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
_WORDS = re.compile(r"\d+|[^\W\d_]+")


def retention_days(text: str) -> int | None:
    """Return the longest time named in `text` in days, a month as 30; None where none is read.

    The longest, so that nobody has to prove a deletion before it is due.
    """
    words = _WORDS.findall(text.casefold().translate(_DIGITS))
    found = [_DUALS[word] for word in words if word in _DUALS]
    for before, word in zip(["", *words], words, strict=False):
        days = _days_of(word)
        if not days:
            continue
        number = int(before) if before.isdecimal() else _NUMBERS.get(before)
        if number is None and _is_arabic(word):
            number = 1  # the bare noun is one of them
        if number is not None and number < 1000:
            found.append(number * days)
    return max(found, default=None)


def _days_of(word: str) -> int | None:
    for days, beginnings in _UNITS:
        if any(f"{word} ".startswith(one) for one in beginnings):
            return days
    return None


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[0] <= "\u06ff"
