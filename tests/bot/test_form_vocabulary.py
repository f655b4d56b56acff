"""Forms that no platform could show cannot be made; names of forms that clash are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.contract import (
    Card,
    Choice,
    FieldKind,
    Form,
    FormField,
    OpenForm,
    Operation,
    Place,
    PlaceKind,
    Reply,
    Submitted,
    as_json,
)
from bot.message import MAX_FIELDS
from bot.outgoing import _BODY, Body
from bot.registry import FORM_BUTTON, Registry
from tests.support.sample_form import GUARDED, SAMPLE, sample


@pytest.mark.parametrize(
    "make",
    [
        lambda: FormField("", "Label"),
        lambda: FormField("Name", "Label"),
        lambda: FormField("a-b", "Label"),
        lambda: FormField("a" * 41, "Label"),
        lambda: FormField("a", " "),
        lambda: FormField("a", "A", FieldKind.CHOICE),
        lambda: FormField("a", "A", choices=(Choice("b", "B"),)),
        lambda: FormField("a", "A", FieldKind.CHOICE, choices=(Choice("b", "B"), Choice("b", "C"))),
        lambda: FormField("a", "A", FieldKind.CHOICE, choices=tuple(Choice(f"{n}", "x") for n in range(101))),
        lambda: FormField("a", "A", max_length=3001),
        lambda: FormField("a", "A", max_length=-1),
        lambda: Choice("", "B"),
        lambda: Choice("b" * 101, "B"),
        lambda: Choice("a\nb", "B"),
        lambda: Choice("b", " "),
        lambda: Form("a", "T", (), "S"),
        lambda: Form("", "T", (FormField("a", "A"),), "S"),
        lambda: Form("a" * 65, "T", (FormField("a", "A"),), "S"),
        lambda: Form("a", " ", (FormField("a", "A"),), "S"),
        lambda: Form("a", "T", (FormField("a", "A"),), ""),
        lambda: Form("a", "T", (FormField("a", "A"), FormField("a", "B")), "S"),
        lambda: Form("a", "T", tuple(FormField(f"f{n}", "A") for n in range(MAX_FIELDS + 1)), "S"),
        lambda: Form("a", "T", tuple(_choosing(f"f{n}") for n in range(6)), "S"),
        lambda: Reply(),
        lambda: Reply(Card(text="x"), form=sample()),
    ],
)
def test_what_cannot_be_shown_cannot_be_made(make: object) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=r"."):
        make()


def _choosing(name: str) -> FormField:
    return FormField(name, "A", FieldKind.CHOICE, choices=tuple(Choice(f"{n}", "x") for n in range(100)))


def test_a_form_survives_the_outbox() -> None:
    place = Place("browser", "browser", PlaceKind.DIRECT, "focal")
    form = OpenForm("key", sample(post="Ñandú", begins="2027-04-15"), (("post", "“x” is taken."),))
    body = Body(Operation.FORM, place, (Card("x"),), "es", form=form, trigger="t")
    assert _BODY.validate_json(as_json(_BODY, body)) == body


def test_what_was_filled_in_holds_nothing_that_no_database_keeps() -> None:
    event = Submitted("k\x00ey", {"po\x00st": "a\x00b\ud800"})
    assert (event.key, dict(event.values)) == ("key", {"post": "ab?"})


def test_names_that_clash_are_refused() -> None:
    other = replace(GUARDED, name="other")
    with pytest.raises(ValueError, match="the form 'guarded'"):
        Registry([GUARDED, other])
    with pytest.raises(ValueError, match="the button 'form'"):
        Registry([replace(SAMPLE, actions={FORM_BUTTON: next(iter(SAMPLE.actions.values()))})])
    registry = Registry([SAMPLE, GUARDED])
    assert registry.form("short") == (SAMPLE, SAMPLE.forms["short"])
    assert registry.form("none") is None
