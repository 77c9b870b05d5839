"""Words about danger: found in six languages, whatever the accents, and not in lamps."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from lamppost.pilots import danger
from lamppost.pilots.danger import LONGEST, OWN, danger_in
from lamppost.pilots.sign_texts import languages


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("There are SPARKS from the lamp", "SPARKS"),
        ("A bare wire hangs down, somebody got a shock", "bare wire, got a shock"),
        ("It smells of gas by the gate", "smells of gas"),
        ("Two bare wires. Bare wires!", "bare wires"),
        ("¡Hay un incendio, y huele a gas!", "incendio, huele a gas"),
        ("Una agresión en la esquina, fue peligrosísimo", "agresión, peligrosísimo"),
        ("يوجد حريق قرب المدرسة", "حريق"),
        ("والحريق قرب المدرسة خطير", "والحريق, خطير"),
        ("هناك أسلاك مكشوفة", "أسلاك مكشوفة"),
        ("أصيبوا بجروح", "أصيبوا"),
        ("Two cyclists collapsed, the box exploded", "collapsed, exploded"),
        ("Me acuchillaron y robaron; hubo disparos", "acuchillaron, robaron, disparos"),
        ("Des câbles dénudés pendent, des étincelles !", "câbles dénudés, étincelles"),
        ("Ça sent le gaz, un arbre s'est effondré", "sent le gaz, effondré"),
        ("Ma fille a été agressée et blessée", "agressée, blessée"),
        ("On entend des coups de feu, c'est DANGEREUX", "coups de feu, DANGEREUX"),
        ("Há fios desencapados e cheiro de gás", "fios desencapados, cheiro de gás"),
        ("Levei um choque; o muro desabou", "Levei um choque, desabou"),
        ("Assaltaram-me, é perigosíssimo", "Assaltaram, perigosíssimo"),
        ("Uma rapariga foi atropelada", "atropelada"),
        ("Da hängt ein offenes Kabel, es sprühen Funken", "offenes Kabel, Funken"),
        ("Es riecht nach Gas, Lebensgefahr!", "riecht nach Gas, Lebensgefahr"),
        ("Zwei Verletzte nach einem Unfall", "Verletzte, Unfall"),
        ("Das ist eine gefährliche Stelle, er wurde bewußtlos", "gefährliche, bewußtlos"),
    ],
)
def test_danger_is_found_in_its_own_words(text: str, found: str) -> None:
    assert danger_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I see the kerb now. Much better.",
        "The light is too bright and it hurts my eyes",
        "Begun, shotgunned, firefly: no whole word of the list",
        "Ahora veo el bordillo, por la tarde armamos la feria",
        "المصابيح القديمة نفسها",
        "We explored the park: sparkling clean, brand new, a gift, we sang",
        "¿Cómo te llamas? Explico el faro, me acuerdo de la feria",
        "Le feu passe au vert trop vite, la lumière est agressive, on entend un violon",
        "Les noyers du parc sont beaux, un coin de verdure, le vol des oiseaux",
        "Faça mais bancos, desabafo: tarde demais, a faca não, a fachada sim",
        "A luz machuca os olhos, o fim da ferradura",
        "Ich bin mit dem Rad gefahren, das Licht brennt die ganze Nacht",
        "Die Blüten blühen, die Arme müde, ein Angriff auf die Augen, Messung, Feuerwerk",
        "ضوء المصباح أفضل من قبل والطريق واضح",
        "... 12 !!",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert danger_in(text) == ""


def test_what_is_found_fits_its_field() -> None:
    found = danger_in("fire smoke gun weapon knife kill crash explosion danger " * 30)
    assert found.startswith("fire, smoke, gun")
    long = " ".join(f"danger{number}" for number in range(80))
    assert 150 < len(danger_in(long)) <= LONGEST
    assert len(danger_in("danger" * 60)) == LONGEST


def test_every_entry_of_the_lists_finds_itself() -> None:
    for language, one in json.loads(OWN.read_text(encoding="utf-8")).items():
        for entry in one["words"]:
            assert danger_in(entry.replace("*", "")), (language, entry)


def test_every_language_of_a_sign_has_a_list() -> None:
    lists = json.loads(OWN.read_text(encoding="utf-8"))
    assert set(lists) == {code for code, _name in languages()}
    assert min(len(one["words"]) for one in lists.values()) >= 50


def own_list(tmp_path: Path, settings: Any, content: str) -> None:
    (tmp_path / OWN.name).write_text(content, encoding="utf-8")
    settings.HOME = tmp_path
    danger._lists.cache_clear()


def test_a_city_adds_a_language(tmp_path: Path, settings: Any) -> None:
    own_list(tmp_path, settings, '{"nl": {"words": ["brandt", "gevaar*", ""]}}')
    try:
        assert danger_in("Hier brandt het, sparks") == "brandt, sparks"
        assert danger_in("Gevaarlijk, heel ongevaarlijk") == "Gevaarlijk"
    finally:
        danger._lists.cache_clear()


@pytest.mark.parametrize("content", ["{", "[]", '{"de": 3}'])
def test_a_broken_list_of_a_city_stops_nothing(
    tmp_path: Path, settings: Any, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    own_list(tmp_path, settings, content)
    try:
        with caplog.at_level(logging.ERROR):
            assert danger_in("sparks") == "sparks"
        assert "cannot be read" in caplog.text
    finally:
        danger._lists.cache_clear()
