"""The trail: every change and every look, append-only and chained by hashes.

The chain (``audit_entry``) holds nothing personal. Who acted, the key of the object and the values before
and after stand in tables beside it, each with a random salt; the chain holds their salted digests. Erasure
empties a value with its salt, after which the digest says nothing, and the chain still closes. Entries
appended at the same time queue for the one row that says where the chain ends, so there is one chain.
"""

from directory.audit.belonging import networks_of
from directory.audit.erasing import erase
from directory.audit.reading import PAGE, by_person, by_time, head, history, looked_up, looks_at
from directory.audit.records import (
    BREAK_GLASS,
    LOOK,
    PERSON,
    READ_TRAIL,
    Actor,
    Broken,
    Change,
    Entry,
    Head,
    Look,
    Scope,
)
from directory.audit.verifying import verify
from directory.audit.writing import TrailDamaged, changed, changed_many, look

__all__ = [
    "BREAK_GLASS",
    "LOOK",
    "PAGE",
    "PERSON",
    "READ_TRAIL",
    "Actor",
    "Broken",
    "Change",
    "Entry",
    "Head",
    "Look",
    "Scope",
    "TrailDamaged",
    "by_person",
    "by_time",
    "changed",
    "changed_many",
    "erase",
    "head",
    "history",
    "look",
    "looked_up",
    "looks_at",
    "networks_of",
    "verify",
]
