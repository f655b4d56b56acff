"""How recorded text is said: in which language it is, and that something is missing."""

from __future__ import annotations

from datetime import date

from bot.contract import Field
from bot.i18n import Translator
from directory.institutions import Institution
from directory.networks import Network
from directory.texts import LocalText


def said(t: Translator, text: LocalText) -> str:
    """A text for this reader, with a note where it is only there in another language; empty where none is."""
    words, language = text.in_language(t.language)
    if not words or language == t.language:
        return words
    return t("said.in_other_language", text=words, language=t.language_name(language))


def plain(t: Translator, text: LocalText) -> str:
    """A name for this reader, in whichever language there is; empty where none is."""
    return text.in_language(t.language)[0]


def recorded(t: Translator, label: str, value: str, url: str = "") -> Field:
    """A field with its value, or with a note that nothing is recorded."""
    if value:
        return Field(label, value, url)
    return Field(label, t("said.not_recorded"), missing=True)


def retired(t: Translator, since: date | None) -> str:
    """That a record is out of use, and since when; empty where it is in use."""
    return t("said.retired", day=t.day(since)) if since is not None else ""


def short_name(t: Translator, of: Institution | Network) -> str:
    """The acronym where there is one, else the name."""
    return plain(t, of.acronyms) or plain(t, of.names)


def full_name(t: Translator, of: Institution | Network) -> str:
    """The name with its acronym."""
    name, acronym = plain(t, of.names), plain(t, of.acronyms)
    if not name or not acronym or acronym == name:
        return name or acronym
    return t("said.name_with_acronym", name=name, acronym=acronym)
