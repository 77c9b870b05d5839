"""What holds for redaction whatever somebody writes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamppost.voices import redaction
from lamppost.voices.redaction import MARK, PHONE_DIGITS, luhn, only_takes_out, redact

PIECES = st.sampled_from(
    ["maria", "@", "(at)", " at ", " dot ", ".", "example", "org", "079", "123", "4567", " ", "-",
     "(", ")", "[", "]", ":", "/", "€", "2026", "03", "\n", "\u200b", "٠٧٩", "one ", "arroba",
     "e-mail removed", "number removed", ",", "+", "＠", "４１１１"]
)  # fmt: skip
WRITTEN = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join))
LOCAL = st.from_regex(r"[a-z][a-z0-9._+-]{0,20}[a-z0-9]", fullmatch=True)
DOMAIN = st.from_regex(r"[a-z][a-z0-9-]{0,10}[a-z0-9](\.[a-z]{2,6}){1,2}", fullmatch=True)


@given(WRITTEN)
def test_redacting_twice_changes_nothing_more(text):
    once = redact(text)
    assert redact(once) == once


@given(WRITTEN)
def test_no_address_is_left(text):
    assert redaction._EMAIL.search(redact(text)) is None


@given(WRITTEN, LOCAL, DOMAIN, WRITTEN)
def test_an_address_does_not_survive_in_any_surroundings(before, local, domain, after):
    shown = redact(f"{before} {local}@{domain} {after}")
    assert f"{local}@{domain}" not in shown
    assert MARK["email"] in shown


@given(st.text(alphabet="0123456789", min_size=PHONE_DIGITS, max_size=30))
def test_a_plain_run_of_digits_never_survives(digits):
    shown = redact(f"x {digits} y")
    is_card = 13 <= len(digits) <= 19 and luhn(digits)
    assert shown == f"x {MARK['card' if is_card else 'phone']} y"


@given(WRITTEN)
def test_what_redaction_makes_can_be_saved_by_a_moderator(text):
    assert only_takes_out(text, redact(text))
