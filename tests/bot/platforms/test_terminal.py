"""What the terminal prints of a form, and what a typed number stands for."""

from __future__ import annotations

import pytest

from bot.app import Enlace
from bot.contract import PlaceKind
from bot.platforms.terminal import Terminal
from bot.session import Session
from directory.database import Database
from tests.support.sample_form import marks, program


@pytest.fixture
async def app(demo: Database) -> Enlace:
    """The program with the sample form."""
    return program(demo)


async def at(app: Enlace) -> Session:
    terminal = Terminal("visitor", kind=PlaceKind.DIRECT, language="en")
    await app.start(terminal)
    return Session(app, terminal, "en")


async def types(session: Session, line: str) -> str:
    """What ``enlace chat`` does with a line."""
    button = session.chosen(line)
    return "\n".join(await session.press(button) if button is not None else await session.say(line))


async def test_a_number_is_an_answer_where_words_are_asked_for(app: Enlace, demo: Database) -> None:
    async with app.running([]):
        session = await at(app)
        first = await types(session, "/sample")
        assert "1 of 9 · Post" in first
        assert "[#1] Cancel" in first
        # A number that is typed here is the name of a post.
        choices = await types(session, "1")
        assert "Post: 1" in choices
        assert "[1] Full member" in choices
        day = await types(session, "2")
        assert "Status: Associate" in day
        assert "[#1] Back  [#2] Cancel" in day
        assert "2 of 9 · Status" in await types(session, "#1")
        assert "3 of 9 · First day" in await types(session, "1")
        assert "is not understood as a date" in await types(session, "2")
        review = await types(session, "2027-04-15")
        for _ in range(6):
            review = await types(session, "#1")
        assert "[1] Save the post" in review
        assert "Saved" in await types(session, "1")
    async with demo.reading() as reading:
        assert await marks(reading) == ["1"]


async def test_another_terminal_goes_on_where_the_last_one_stopped(app: Enlace, demo: Database) -> None:
    async with app.running([]):
        session = await at(app)
        await types(session, "/sample short")
        assert "2 of 2 · Head" in await types(session, "Adviser")
        again = await at(app)
        assert "2 of 2 · Head" in await types(again, "nobody of that name")
        await types(again, "#1")
        assert "Saved" in await types(again, "1")
    async with demo.reading() as reading:
        assert await marks(reading) == ["Adviser"]


async def test_cancel_is_the_last_button_everywhere(app: Enlace) -> None:
    async with app.running([]):
        session = await at(app)
        await types(session, "/sample filled")
        assert session.buttons[-1].label == "Cancel"
        assert "Cancelled" in await types(session, str(len(session.buttons)))
