"""Modals: every form that can be made is one that Slack takes, and what is filled in comes back as text."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contract import Button, Card, Choice, FieldKind, Form, FormField, OpenForm
from bot.platforms.slack.views import filled_in, modal
from tests.support.sample_form import sample
from tests.support.slack.views import check_view

CARD: Final = Card(
    title="x",
    text="Not sent yet.",
    buttons=((Button("Open", "form:k:open"),), (Button("Cancel", "form:k:x"),)),
)
TEXT: Final = st.text(min_size=1, max_size=60).filter(lambda text: text.strip() != "")
LONG: Final = st.text(max_size=3500)
NAMES: Final = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)


@st.composite
def fields(draw: st.DrawFn, name: str) -> FormField:
    kind = draw(st.sampled_from(FieldKind))
    choices: tuple[Choice, ...] = ()
    if kind is FieldKind.CHOICE:
        printable = st.text(min_size=1, max_size=75).filter(str.isprintable)
        values = draw(st.lists(printable, min_size=1, max_size=5, unique=True))
        choices = tuple(Choice(value, draw(TEXT)) for value in values)
    return FormField(
        name,
        draw(TEXT),
        kind,
        hint=draw(LONG),
        value=draw(st.one_of(LONG, st.sampled_from(["2027-04-15", "09:30", "12.5", "a"]))),
        required=draw(st.booleans()),
        choices=choices,
        max_length=draw(st.integers(0, 3000)),
    )


@st.composite
def forms(draw: st.DrawFn) -> OpenForm:
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    asked = Form("act:1", draw(TEXT), tuple(draw(fields(name)) for name in names), draw(TEXT), draw(LONG))
    wrong = draw(st.lists(st.sampled_from(names), unique=True))
    return OpenForm("k" * 22, asked, tuple((name, draw(LONG)) for name in wrong))


@given(forms())
def test_slack_takes_every_form(shown: OpenForm) -> None:
    view = modal(shown, CARD)
    check_view(view)
    assert view["private_metadata"] == shown.key
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    assert inputs == [field.name for field in shown.form.fields]


def test_the_largest_form_fits() -> None:
    choices = tuple(Choice(f"{number:0100d}", "l" * 75) for number in range(100))
    many = tuple(
        FormField(f"f{number}", "L", FieldKind.CHOICE, choices=choices)
        if number < 5
        else FormField(f"f{number}", "L" * 200, hint="h" * 500, value="v" * 2000, max_length=3000)
        for number in range(40)
    )
    problems = tuple((field.name, "wrong") for field in many)
    check_view(modal(OpenForm("k", Form("a", "A" * 200, many, "Send"), problems), CARD))


def test_what_stands_in_a_form_stands_in_the_modal() -> None:
    form = sample(
        post="Adviser", status="assoc", begins="2027-04-15", at="14:30", seats="12.5", budget="USD 5.00"
    )
    view = modal(OpenForm("key", form, (("post", "Taken."),)), CARD)
    check_view(view)
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert inputs["post"]["initial_value"] == "Adviser"
    assert inputs["status"]["initial_option"]["text"]["text"] == "Associate"
    assert inputs["begins"]["initial_date"] == "2027-04-15"
    assert inputs["at"]["initial_time"] == "14:30"
    assert inputs["seats"]["initial_value"] == "12.5"
    assert inputs["remark"]["multiline"] is True
    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert texts == ["All of this is invented.", "Not sent yet.", "⚠ Taken."]
    assert (view["submit"]["text"], view["close"]["text"]) == ("Save the post", "Cancel")


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"type": "plain_text_input", "value": "a\nb"}, "a\nb"),
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "static_select", "selected_option": {"value": "x", "text": {}}}, "x"),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "datepicker", "selected_date": "2027-04-15"}, "2027-04-15"),
        ({"type": "timepicker", "selected_time": None}, ""),
        ({"type": "checkboxes", "selected_options": []}, ""),
        ({"value": {"no": "text"}}, ""),
    ],
)
def test_what_was_filled_in(state: object, text: str) -> None:
    assert filled_in({"post": {"post": state}}) == {"post": text}


@pytest.mark.parametrize("values", [None, [], "x", {"a": None}, {"a": {"b": "c"}}])
def test_what_slack_would_not_send_is_nothing(values: object) -> None:
    assert filled_in(values) == {}
