"""Fills in forms directly, as whoever asked for them: every answer is read by its field's kind first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.command import Problems, Replies, Value
from bot.contract import Form, Reply, Said
from bot.forms.values import Understood, read
from tests.support.asking import Asking, registry


@dataclass
class Filling(Asking):
    """One person in their direct chat, with forms."""

    async def opens(self, text: str) -> Form:
        """The form that a typed line or, with a colon and no slash, a button opens."""
        replies = await (self.asks(text) if text.startswith("/") else self.presses(text))
        return form_of(replies)

    async def sends(self, form: Form, answers: Mapping[str, str] | None = None) -> Replies | Problems:
        """What is answered to a form; fields without an answer are sent as they stand.

        What cannot be read is a problem at its field, as it is in the program.
        """
        name, *arguments = form.action.split(":")
        found = registry().form(name)
        assert found is not None, f"no command has the form {name!r}"
        wanted = dict(answers or {})
        async with self.database.writing() as session:
            context = await self._context(session, Said(""))
            values: dict[str, Value] = {}
            problems: dict[str, str] = {}
            for field in form.fields:
                reading = await read(field, wanted.pop(field.name, field.value), context)
                if isinstance(reading, Understood):
                    values[field.name] = reading.value
                else:
                    problems[field.name] = reading.message
            assert not wanted, f"the form has no fields {list(wanted)}"
            answer = Problems(problems) if problems else await found[1](context, arguments, values)
            for effect in context.effects:
                await effect(session)
            if isinstance(answer, Problems):
                await session.rollback()
                assert set(answer.fields) <= {field.name for field in form.fields}
            return answer


def form_of(replies: Replies) -> Form:
    """The one form among the replies."""
    several = [replies] if isinstance(replies, Reply) else list(replies)
    forms = [reply.form for reply in several if reply.form is not None]
    assert len(forms) == 1, f"{len(forms)} forms"
    return forms[0]
