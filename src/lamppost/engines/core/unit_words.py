"""One of a unit: a city writes "minutes", and a sentence may have to say "1 minute"."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Units that cities write in the plural, by their first word, in English and in Spanish. Arabic
# has other forms for two, for few and for many, so that one table cannot do it.
_ONE: Mapping[str, str] = {
    "seconds": "second", "minutes": "minute", "hours": "hour", "days": "day", "weeks": "week",
    "months": "month", "years": "year", "metres": "metre", "meters": "meter",
    "kilometres": "kilometre", "kilometers": "kilometer", "litres": "litre", "liters": "liter",
    "tonnes": "tonne", "tons": "ton", "grams": "gram", "kilograms": "kilogram",
    "decibels": "decibel", "degrees": "degree", "watts": "watt", "kilowatts": "kilowatt",
    "people": "person", "persons": "person", "pedestrians": "pedestrian", "riders": "rider",
    "residents": "resident", "children": "child", "women": "woman", "men": "man",
    "households": "household", "cars": "car", "vehicles": "vehicle", "bicycles": "bicycle",
    "buses": "bus", "trips": "trip", "visits": "visit", "journeys": "journey", "steps": "step",
    "accidents": "accident", "crashes": "crash", "injuries": "injury", "complaints": "complaint",
    "calls": "call", "reports": "report", "cases": "case", "faults": "fault", "events": "event",
    "passages": "passage", "crossings": "crossing", "times": "time", "points": "point",
    "percent": "percent", "euros": "euro", "dollars": "dollar", "pounds": "pound",
    "segundos": "segundo", "minutos": "minuto", "horas": "hora", "días": "día",
    "semanas": "semana", "meses": "mes", "años": "año", "metros": "metro",
    "kilómetros": "kilómetro", "litros": "litro", "toneladas": "tonelada", "gramos": "gramo",
    "kilogramos": "kilogramo", "decibelios": "decibelio", "decibeles": "decibel",
    "grados": "grado", "vatios": "vatio", "personas": "persona", "peatones": "peatón",
    "residentes": "residente", "vecinos": "vecino", "niños": "niño", "mujeres": "mujer",
    "hogares": "hogar", "coches": "coche", "vehículos": "vehículo", "bicicletas": "bicicleta",
    "autobuses": "autobús", "viajes": "viaje", "visitas": "visita", "pasos": "paso",
    "accidentes": "accidente", "heridos": "herido", "quejas": "queja", "llamadas": "llamada",
    "avisos": "aviso", "casos": "caso", "averías": "avería", "veces": "vez", "puntos": "punto",
}  # fmt: skip
_FIRST = re.compile(r"\w+")
# Marks that keep a number in its place between words of another direction.
_MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f"))
_BEFORE = re.compile(r"%\((\w+)\)s %\(unit\)s")


def after(number: str, unit: str) -> str:
    """Return the unit as it stands after a written number: ``1`` takes one of it.

    Units that are not in the table stay as the city wrote them.

    Examples
    --------
    >>> after("1", "minutes a day"), after("1.0", "minutes"), after("2", "minutes")
    ('minute a day', 'minutes', 'minutes')
    """
    if number.translate(_MARKS).strip() not in ("1", "−1", "-1", "+1"):
        return unit
    return _FIRST.sub(lambda word: _ONE.get(word[0], word[0]), unit, count=1)


def number_before(template: str) -> str:
    """Return which placeholder of a sentence stands right before ``%(unit)s``; empty if none."""
    found = _BEFORE.search(template)
    return found[1] if found else ""
