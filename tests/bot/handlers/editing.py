"""Somebody who keeps the directory by form, and what they are shown."""

from __future__ import annotations

from bot.command import Problems, Replies
from bot.contract import Card, Reply
from directory.database import Database
from tests.support.asking import buttons, here
from tests.support.filling import Filling


def coordinator(demo: Database, language: str = "en") -> Filling:
    return Filling(demo, "coordinator", language)


def card(answer: Replies | Problems) -> Card:
    assert not isinstance(answer, Problems), answer
    return here(answer)


def problems(answer: Replies | Problems) -> dict[str, str]:
    assert isinstance(answer, Problems), answer
    return dict(answer.fields)


def press(shown: Card, label: str) -> str:
    return next(button.action for button in buttons(shown) if button.label == label)


def several(replies: Replies) -> list[Reply]:
    return [replies] if isinstance(replies, Reply) else list(replies)
