"""A form's worth of questions, about a record or about an item of one of its lists. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from directory.editing.inputs import Input, Value

#: Characters of a digest; it travels in a button beside a key.
DIGEST: Final = 8


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that are asked together. ``code`` names the section in buttons, within its noun.

    With ``of`` the section is a list of the record, whose items are edited one at a time, and ``blank`` is
    a new item. ``spoken``: the form holds texts of one language.
    """

    code: str
    name: str
    inputs: tuple[Input, ...]
    check: Callable[[Any], None]
    spoken: bool = False
    of: str = ""
    blank: Any = None

    def items(self, record: Any) -> tuple[Any, ...]:
        """The items of a list; none where the section is no list."""
        return getattr(record, self.of) if self.of else ()

    def subject(self, record: Any, index: int | None = None) -> Any:
        """What the questions are about: the record, one of its items, or a new item."""
        if not self.of:
            return record
        return self.blank if index is None else self.items(record)[index]

    def values(self, record: Any, language: str, index: int | None = None) -> dict[str, Value]:
        """What stands in the fields now."""
        subject = self.subject(record, index)
        return {item.name: item.get(subject, language) for item in self.inputs}

    def put(self, record: Any, language: str, values: Mapping[str, Value], index: int | None = None) -> Any:
        """The record with these answers; fields that were not asked stay as they are.

        Raises:
            Invalid: an answer cannot be.
        """
        subject = self.subject(record, index)
        for item in self.inputs:
            if item.name in values:
                subject = item.put(subject, language, values[item.name])
        self.check(subject)
        if not self.of:
            return subject
        items = list(self.items(record))
        if index is None:
            items.append(subject)
        else:
            items[index] = subject
        return replace(record, **{self.of: tuple(items)})

    def without(self, record: Any, index: int) -> Any:
        """The record without one of its items."""
        items = self.items(record)
        return replace(record, **{self.of: (*items[:index], *items[index + 1 :])})

    def digest(self, record: Any, language: str, index: int | None = None) -> str:
        """A short mark of what stands in the fields, to notice that it was changed in between."""
        return digest(self.values(record, language, index))


def digest(values: Mapping[str, Value]) -> str:
    """A short mark of these values."""
    written = "\x1f".join(f"{name}={value!r}" for name, value in sorted(values.items()))
    return hashlib.sha256(written.encode()).hexdigest()[:DIGEST]
