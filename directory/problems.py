"""What is wrong with a value, said so that whoever asked can be told at the field. Words are not here."""

from __future__ import annotations

import enum


class Reason(enum.StrEnum):
    """Why a value cannot be taken."""

    EMPTY = "empty"
    """It must not be empty."""
    NOT_A_CODE = "not_a_code"
    """Letters, digits and hyphens only, and not too many."""
    TAKEN = "taken"
    """Something else has it already; ``detail`` says what."""
    BEFORE_START = "before_start"
    """It ends before it begins; ``detail`` is the ISO date of the beginning."""
    FAR_DATE = "far_date"
    """No year that a record of cooperation could have."""
    NOT_POSITIVE = "not_positive"
    NOT_A_URL = "not_a_url"
    NOT_AN_ADDRESS = "not_an_address"
    """No e-mail address."""
    NOT_A_PHONE = "not_a_phone"
    NOT_A_HANDLE = "not_a_handle"
    """No account of a chat: a word without spaces."""
    NOT_A_ZONE = "not_a_zone"
    NOT_A_LANGUAGE = "not_a_language"
    """``detail`` is the word that names none."""
    NOT_A_COUNTRY = "not_a_country"
    """``detail`` is the word that names no other country or territory."""
    OWN_PART = "own_part"
    """It would be a part of itself."""
    NOBODY = "nobody"
    """Neither an institution nor a country nor a description."""
    SEEN_BY_MORE = "seen_by_more"
    """More people would see a value of somebody else's than that person has allowed."""
    UNKNOWN = "unknown"
    """No such record is in the directory; ``detail`` is what was asked for."""
    SEVERAL = "several"
    """It could mean several records; ``detail`` names some of them."""


class Invalid(ValueError):
    """A value that cannot be stored: the field it stands in, why, and what else there is to say."""

    def __init__(self, field: str, reason: Reason, detail: str = "") -> None:
        """Name the field as the record's forms name it."""
        super().__init__(f"{field}: {reason.value}")
        self.field = field
        self.reason = reason
        self.detail = detail
