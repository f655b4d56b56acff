"""Scenarios: conversations as plain text, run on every platform.

::

    @ focal, direct, es          who speaks, where (direct or group), in which language
    > /project ACS-SF-001        types this
    < ACS-SF-001                 the next message must contain this,
    < Primera Reunión            and this
    <                            the message after it
    < ...
    ! Objetivos                  presses the button with this label
    = Objetivos                  the message has a button with this label
    - Demo                       the message must not contain this
    & 3 of 5                     it, or what it is changed into before long, contains this
    ~                            nothing more may come
    * Post = Adviser             has "Adviser" ready for the field "Post" of the form heard last
    ^                            sends the form with what is filled in; it must be taken, or else
    ? Post = exists already      the field "Post" must be refused with these words
    %                            cancels the form
    $ code = ([0-9A-Z-]{14})     keeps what the message has in the parentheses; {code} stands for it later
    + list.csv ACS               sends this file of tests/scenarios/files, with words beside it
    # a remark
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.support.talk import Heard, Talk

#: Where the files are that people send.
FILES: Final = Path(__file__).parents[1] / "scenarios" / "files"

#: Gives the conversation of a speaker in a place ("direct" or "group") in a language.
Meet = Callable[[str, str, str], Awaitable[Talk]]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a scenario: its number, its mark and the rest."""

    number: int
    mark: str
    text: str


def read(text: str) -> list[Step]:
    """The steps of a scenario.

    Raises:
        ValueError: a line begins with no known mark.
    """
    steps = []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        mark, rest = stripped[0], stripped[1:].strip()
        if mark not in "@><!=-&~*^?%$+":
            raise ValueError(f"line {number}: {line!r}")
        steps.append(Step(number, mark, rest))
    return steps


async def play(text: str, meet: Meet) -> None:
    """Hold the conversation; ``AssertionError`` names the line where it went another way."""
    talk: Talk | None = None
    heard: Heard | None = None
    waiting = False
    problems: Mapping[str, str] = {}
    kept: dict[str, str] = {}
    for step in read(text):
        for name, value in kept.items():
            step = replace(step, text=step.text.replace(f"{{{name}}}", value))
        where = f"line {step.number}: {step.mark} {step.text}"
        if step.mark == "?":
            label, part = _pair(step.text, where)
            refused = _spaced(problems.get(label, ""))
            assert part in refused, f"{where}: refused instead {dict(problems)}"
            continue
        assert step.mark in "*%" or not problems, f"{where}: the form was refused: {dict(problems)}"
        problems = {}
        if step.mark == "@":
            speaker, place, language = (part.strip() for part in step.text.split(","))
            talk, heard = await meet(speaker, place, language), None
            continue
        assert talk is not None, f"{where}: nobody speaks yet"
        if step.mark == "*":
            await talk.fills(*_pair(step.text, where))
        elif step.mark == "^":
            problems = await talk.sends()
            waiting = not problems
        elif step.mark == "%":
            await talk.leaves()
        elif step.mark == "+":
            name, _, words = step.text.partition(" ")
            await talk.brings(FILES / name, words.strip())
            waiting = True
        elif step.mark in ">!":
            await (talk.says(step.text) if step.mark == ">" else talk.presses(step.text))
            waiting = True
        elif step.mark == "~":
            await talk.hears_nothing()
        elif step.mark == "&":
            heard, waiting = await _in_the_end(talk, heard, step.text, where), False
        else:
            if waiting or not step.text:
                heard = await _next(talk, where)
                waiting = False
            assert heard is not None, f"{where}: nothing was heard yet"
            if step.mark == "$":
                name, pattern = _pair(step.text, where)
                found = re.search(pattern, heard.text)
                assert found is not None, f"{where}: not found in\n{heard.text}"
                kept[name] = found[1]
                continue
            _compare(step, heard, where)


async def _in_the_end(talk: Talk, heard: Heard | None, part: str, where: str) -> Heard:
    """What was heard last, or the first one after it that contains a part."""
    while heard is None or part not in _spaced(heard.text):
        try:
            heard = await _next(talk, where)
        except AssertionError as silence:
            last = heard.text if heard is not None else "nothing"
            raise AssertionError(f"{silence}; heard last\n{last}") from silence
    return heard


async def _next(talk: Talk, where: str) -> Heard:
    """The next message that has words; some platforms send a picture as a message of its own."""
    try:
        heard = await talk.next()
        while heard.files and not heard.text:
            heard = await talk.next()
    except AssertionError as silence:
        raise AssertionError(f"{where}: {silence}") from silence
    return heard


def _pair(text: str, where: str) -> tuple[str, str]:
    label, equals, value = text.partition("=")
    assert equals, f"{where}: LABEL = VALUE is expected"
    return label.strip(), value.strip()


def _spaced(text: str) -> str:
    """With plain spaces where typography has others (French numbers and punctuation)."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _compare(step: Step, heard: Heard, where: str) -> None:
    if step.mark == "<":
        assert step.text in _spaced(heard.text), f"{where}: heard instead\n{heard.text}"
    elif step.mark == "-":
        assert step.text not in _spaced(heard.text), f"{where}: heard it\n{heard.text}"
    else:
        assert any(step.text in label for label in heard.buttons), f"{where}: buttons {heard.buttons}"
