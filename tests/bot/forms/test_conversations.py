"""Conversations with a form of every kind of field, played on every platform and both databases."""

from __future__ import annotations

from typing import Final

import pytest

from bot.app import Enlace
from tests.support.sample_form import marks
from tests.support.scenario import play
from tests.support.world import PLATFORMS, stage

WHOLE: Final = """
@ visitor, direct, en
> /sample
< Sample post
* Post = Adviser
* Status = Associate
* First day = 2027-04-15
* Hour = 14:30
* Country = Mexico
* Budget = USD 18,500.00
* Office e-mail = ana@example.org
* Seats = 12
* Remark = Nothing to add
^
< Saved
< 42
< str Adviser
< str assoc
< date 2027-04-15
< time 14:30:00
< str MX
< Money USD 18500
< str ana@example.org
< Decimal 12
< str Nothing to add
~
"""

CORRECTED: Final = """
@ visitor, direct, es
> /sample
< Sample post
* Post = taken
* Status = Observer
* First day = 2027-04-15
* Budget = 1.234
^
? Budget = no indica la moneda
* Budget = USD 1.234
^
? Budget = dos maneras
* Budget = USD 1234.00
^
? Post = exists already
* Post = Adviser
^
< str Adviser
< str obs
< Money USD 1234
< NoneType None
~
"""

FILLED: Final = """
@ focal, direct, fr
> /sample filled
< Sample post
* Post = Conseil
* Country = Haïti
^
< str Conseil
< str assoc
< str HT
> /sample short
< Short form
* Post = Chef
* Head = Lucía Demoreda
^
< str Chef
- str Lucía
"""

LEFT: Final = """
@ visitor, direct, pt
> /sample
< Sample post
%
> /projeto ACS-SF-001
< ACS-SF-001
"""

INTERRUPTED: Final = """
@ visitor, direct, en
> /sample short
< Short form
> /project ACS-SF-001
< First Meeting
> /sample short
< Short form
* Post = Later
^
< str Later
"""


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("text", [WHOLE, CORRECTED, FILLED, LEFT, INTERRUPTED])
async def test_conversation(app: Enlace, platform: str, text: str) -> None:
    async with stage(platform, app) as meet:
        await play(text, meet)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_what_is_refused_leaves_nothing_behind(app: Enlace, platform: str) -> None:
    async with stage(platform, app) as meet:
        await play(CORRECTED, meet)
    async with app.database.reading() as session:
        assert await marks(session) == ["Adviser"]
        assert await marks(session, "effect") == ["Adviser"]
