"""Keeping the directory true: one way to add, change, retire and undo, whatever the noun.

A record becomes plain data and comes back the same (``nouns``); what is asked of it is written down once
(``inputs``, ``sections``), with what it must be like (``checks``); a change is stored together with its
entry in the trail, whose values before and after are what an undo writes back (``changing``).
"""

from directory.editing.adding import made
from directory.editing.asking import Section
from directory.editing.changing import (
    ADD,
    EDIT,
    RESTORE,
    RETIRE,
    UNDO,
    Changed,
    Kept,
    NotUndone,
    add,
    change,
    contacts,
    differing,
    free_key,
    networks_of,
    restore,
    retire,
    undo,
    undoable,
)
from directory.editing.inputs import Asks, Input, Value
from directory.editing.nouns import EVERYTHING, Noun, Record, hold, key_of, noun_of, plain, read, record
from directory.editing.sections import NEW, SECTIONS, section

__all__ = [
    "ADD",
    "EDIT",
    "EVERYTHING",
    "NEW",
    "RESTORE",
    "RETIRE",
    "SECTIONS",
    "UNDO",
    "Asks",
    "Changed",
    "Input",
    "Kept",
    "NotUndone",
    "Noun",
    "Record",
    "Section",
    "Value",
    "add",
    "change",
    "contacts",
    "differing",
    "free_key",
    "hold",
    "key_of",
    "made",
    "networks_of",
    "noun_of",
    "plain",
    "read",
    "record",
    "restore",
    "retire",
    "section",
    "undo",
    "undoable",
]
