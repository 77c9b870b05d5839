"""Reading grade of English sentences, for texts that a city officer reads first."""

from __future__ import annotations

import re


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade: school years needed to read the text.

    Notes
    -----
    Kincaid, Fishburne, Rogers, Chissom, Derivation of New Readability Formulas, 1975. A number
    counts as a word of one syllable; syllables are groups of vowels, without a mute e at the end.
    """
    sentences = [one for one in re.split(r"[.!?:]+(?:\s|$)", text) if re.search(r"\w", one)]
    words = re.findall(r"[A-Za-z0-9\u2212][A-Za-z0-9.'\u2212-]*", text)
    syllables = sum(_syllables(one) for one in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    letters = re.sub("[^a-z]", "", word.lower())
    count = len(re.findall("[aeiouy]+", letters))
    mute_e = letters.endswith("e") and not letters.endswith(("le", "ee"))
    mute_es = letters.endswith("es") and not re.search("(s|c|g|x|z|sh|ch|l)es$", letters)
    mute_ed = re.search("[^td]ed$", letters) is not None
    return max(count - (mute_e or mute_es or mute_ed), 1)
