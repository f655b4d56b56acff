"""People's names as lists write them: capitals repaired, titles of address left out, parted in two. Pure."""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Written small within a name, and before a family name.
_PARTICLES: Final = _words("de del da das do dos di du des von van der den ter ten y e af bin ibn al")
#: Written small after one of the particles only: ``de la Cruz``, but ``La Fontaine``.
_ARTICLES: Final = _words("la las los le les lo")
_JOINS: Final = re.compile(r"([-‐‑'’ʼ`´.])")
_ROMAN: Final = _words("II III IV VI VII VIII")
#: What follows a family name and is none.
_SUFFIXES: Final = _ROMAN | {"JR", "SR", "FILHO", "NETO", "JUNIOR", "JÚNIOR"}
#: Scottish and Irish names in which ``Mac`` is a part of its own; Machado and Macías are not among them.
_MAC: Final = _words(
    "arthur askill aulay auley beth bride callum cormack donald dougall donnell dowell duff ewan ewen "
    "fadyen farlane gillivray gregor innes intosh intyre iver ivor kay kenna kenzie kinnon kintosh lachlan "
    "laren lean lellan leod manus master millan nab namara naughton neil neill pherson quarrie queen rae "
    "taggart tavish vicar william"
)
#: Words that address somebody and belong to no name, folded to small letters without the full stop.
_ADDRESS: Final = _words(
    "mr mrs ms miss dr dra sr sra srta don doña dona prof profa ing lic licda arq abg econ mme mlle m mm me "
    "hon amb embajador embajadora ambassador ambassadeur ambassadrice embaixador embaixadora excmo excma "
    "ilmo ilma he se"
)
_HONOUR: Final = re.compile(r"(?:H\.\s?E\.|S\.\s?E\.|S\.\s?Exc\.)\s*", re.IGNORECASE)


def repair(name: str, *, family: bool = False) -> str:
    """A name written in capitals, or all small, as names are written; any other is left as it is.

    ``family``: it begins with the family name, before which a particle is small: ``de la Cruz``.

    >>> repair("MARÍA DEL CARMEN MCLEAN-O'NEILL")
    "María del Carmen McLean-O'Neill"
    """
    letters = [char for char in name if char.isalpha()]
    # Two capitals may be initials ("JP"), and one letter says nothing.
    if len(letters) < 3 or not (name == name.upper() or name == name.lower()):
        return name
    words: list[str] = []
    for word in name.split():
        small = word.lower()
        after = words[-1].lower() if words else ""
        if (small in _PARTICLES and (words or family)) or (small in _ARTICLES and after in _PARTICLES):
            words.append(small)
        else:
            words.append(_word(word))
    return " ".join(words)


def _word(word: str) -> str:
    if word.upper() in _ROMAN:
        return word.upper()
    parts = _JOINS.split(word)
    for index, part in enumerate(parts):
        if index % 2 == 0 and part:
            # In "Jeanne-d'Arc" and "Ngozi N'Diaye" a single d before an apostrophe is small within a word.
            parts[index] = (
                "d" if index and part in ("D", "d") and parts[index + 1 : index + 2] == ["'"] else _part(part)
            )
    return "".join(parts)


def _part(part: str) -> str:
    small = part.lower()
    if small.startswith("mc") and len(small) > 3:
        return "Mc" + _capital(small[2:])
    if small.startswith("mac") and small[3:] in _MAC:
        return "Mac" + _capital(small[3:])
    return _capital(small)


def _capital(small: str) -> str:
    # Some letters have a capital of two letters or none; those stay.
    return small[:1].upper() + small[1:] if len(small[:1].upper()) == 1 else small


def without_address(name: str) -> str:
    """A name without ``Dr.``, ``Sra.``, ``H.E.`` and the like before it."""
    name = _HONOUR.sub("", name, count=1) if _HONOUR.match(name) else name
    words = name.split()
    while len(words) > 2 and words[0].rstrip(".").lower() in _ADDRESS:
        words.pop(0)
    if len(words) == 2 and words[0].endswith(".") and words[0].rstrip(".").lower() in _ADDRESS:
        words.pop(0)
    return " ".join(words)


def parted(name: str, language: str) -> tuple[str, str]:
    """Given and family name of a whole name.

    A comma parts them (``Pérez López, Juan``), and so do capitals (``Jean DUPONT``, ``DUPONT Jean``).
    Otherwise the last word is the family name, in Spanish the last two of three and more, with the
    particles before it.
    """
    name = without_address(name)
    if "," in name:
        family, _, given = (part.strip() for part in name.partition(","))
        if family and given and "," not in given:
            return repair(given), repair(family, family=True)
    words = name.split()
    if len(words) < 2:
        return "", repair(name, family=True)
    loud = [_loud(word) for word in words]
    if any(loud) and not all(loud):
        if loud[-1]:
            cut = len(words)
            while cut > 1 and (loud[cut - 1] or words[cut - 1].lower() in _PARTICLES | _ARTICLES):
                cut -= 1
            return repair(" ".join(words[:cut])), repair(" ".join(words[cut:]).upper(), family=True)
        if loud[0]:
            cut = next(index for index, is_loud in enumerate(loud) if not is_loud)
            return " ".join(words[cut:]), repair(" ".join(words[:cut]), family=True)
    name = repair(name)
    words = name.split()
    cut = len(words) - (2 if language == "es" and len(words) > 2 and not _small(words[-2]) else 1)
    if cut > 1 and words[-1].rstrip(".").upper() in _SUFFIXES:
        cut -= 1
    while cut > 1 and _small(words[cut - 1]):
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def _loud(word: str) -> bool:
    letters = [char for char in word if char.isalpha()]
    return len(letters) > 1 and word == word.upper() and not word.endswith(".")


def _small(word: str) -> bool:
    return word.lower() in _PARTICLES | _ARTICLES and word == word.lower()
