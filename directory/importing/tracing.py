"""What an import leaves in the trail: an entry of its own, and one for every record that it changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from directory import audit
from directory.audit import Actor
from directory.importing.states import Change, Noun

#: The actions of the entries.
IMPORT: Final = "import"
UNDO_IMPORT: Final = "undo_import"
#: Up to so many new records are entered with their values; of longer lists only that they were added.
WHOLE: Final = 2_000
#: Entries of one step, with their values and without.
_STEP: Final = 500
_BARE_STEP: Final = 2_000


class Trace:
    """Collects what was changed, to be entered at the end: the trail is locked from its first entry on."""

    def __init__(self) -> None:
        self._changes: list[audit.Change] = []
        self._bare: dict[Noun, list[str]] = {}

    async def of(self, changes: AsyncIterator[Sequence[Change]]) -> AsyncIterator[Sequence[Change]]:
        """The same changes, noted as they pass."""
        async for batch in changes:
            yield batch
            self.add(batch)

    def add(self, changes: Sequence[Change]) -> None:
        """Note changes that were carried out."""
        for change in changes:
            before, after = change.before, change.after
            if before is not None and after is not None:
                names = [name for name in after if after[name] != before.get(name)]
                was, now = {name: before.get(name) for name in names}, {name: after[name] for name in names}
                self._changes.append(audit.Change("", change.noun.value, change.key, was, now))
            elif after is None or len(self._changes) < WHOLE:
                self._changes.append(audit.Change("", change.noun.value, change.key, before, after))
            else:
                self._bare.setdefault(change.noun, []).append(change.key)

    async def enter(
        self,
        session: AsyncSession,
        actor: Actor,
        now: datetime,
        number: int,
        *,
        action: str = IMPORT,
        network: str | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> None:
        """Append everything to the trail, in the transaction of the import with this number."""
        await audit.changed(
            session, actor, now, action, "import", str(number), None, dict(counts or {}), network
        )
        while whole := self._changes[:_STEP]:
            del self._changes[:_STEP]
            named = [replace(item, action=action, network=network) for item in whole]
            await audit.changed_many(session, actor, now, named)
        for noun, keys in self._bare.items():
            for start in range(0, len(keys), _BARE_STEP):
                bare = [
                    audit.Change(action, noun.value, key, network=network)
                    for key in keys[start : start + _BARE_STEP]
                ]
                await audit.changed_many(session, actor, now, bare)
