"""Text on its way into Slack (escaped) and out of it (markup reduced to what was read)."""

from __future__ import annotations

import re
from typing import Final

#: What Slack writes for a mention, a channel, a link or a date: ``<target|label>``, the label optional.
_MARKED: Final = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def escape(text: str) -> str:
    """``text`` for a place where Slack reads ``<…>``: the three characters that it wants escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of :func:`escape`; an escaped entity stays what somebody typed."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _label(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    sign, rest = target[:1], target[1:]
    if sign == "!":
        # <!here>, <!subteam^S1|@group>, <!date^1392734382^{date}|18 February>
        return label if label else f"@{rest.split('^')[0]}"
    if sign in ("@", "#"):
        name = label or rest
        return name if name.startswith(sign) else sign + name
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def typed(text: str, *, addressee: str = "") -> str:
    """What a person typed, from what Slack made of it: the first mention of ``addressee`` is left out."""
    if addressee:
        text = re.sub(rf"<@{re.escape(addressee)}(?:\|[^<>]*)?>[ ,:]*", "", text, count=1)
    return unescape(_MARKED.sub(_label, text)).strip()
