"""What is said of a file, a row and a difference, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.i18n import Translator, message
from directory.importing import Doubt, Outcome, Plan, Problem, Result, Trouble, UnreadableError
from directory.importing.fields import WORDS

#: How many rows are named where several belong to one record.
MOST_ROWS: Final = 4
#: The longest value that a difference repeats, in characters.
LONGEST: Final = 120

_TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.EMPTY: message("lists.trouble_empty"),
    Trouble.TOO_BIG: message("lists.trouble_too_big"),
    Trouble.NOT_A_TABLE: message("lists.trouble_not_a_table"),
    Trouble.OLD_EXCEL: message("lists.trouble_old_excel"),
    Trouble.DAMAGED: message("lists.trouble_damaged"),
    Trouble.UNPACKS_TOO_BIG: message("lists.trouble_unpacks_too_big"),
    Trouble.TOO_MANY_COLUMNS: message("lists.trouble_too_many_columns"),
    Trouble.TOO_MANY_ROWS: message("lists.trouble_too_many_rows"),
    Trouble.HUGE_CELL: message("lists.trouble_huge_cell"),
    Trouble.NO_HEADINGS: message("lists.trouble_no_headings"),
    Trouble.MISSING_COLUMNS: message("lists.trouble_missing_columns"),
    Trouble.NO_SUCH_COLUMN: message("lists.trouble_no_such_column"),
    Trouble.NO_SUCH_FIELD: message("lists.trouble_no_such_field"),
    Trouble.UNKNOWN_NETWORK: message("lists.trouble_unknown_network"),
}
_DOUBTS: Final[Mapping[Doubt, str]] = {
    Doubt.NO_NAME: message("lists.doubt_no_name"),
    Doubt.NO_CODE: message("lists.doubt_no_code"),
    Doubt.NO_PLACE: message("lists.doubt_no_place"),
    Doubt.NO_TITLE: message("lists.doubt_no_title"),
    Doubt.BAD_CODE: message("lists.doubt_bad_code"),
    Doubt.NOT_A_NAME: message("lists.doubt_not_a_name"),
    Doubt.TOO_LONG: message("lists.doubt_too_long"),
    Doubt.FORMULA: message("lists.doubt_formula"),
    Doubt.UNKNOWN_COUNTRY: message("lists.doubt_unknown_country"),
    Doubt.UNKNOWN_NETWORK: message("lists.doubt_unknown_network"),
    Doubt.UNKNOWN_KEY: message("lists.doubt_unknown_key"),
    Doubt.ENDS_BEFORE: message("lists.doubt_ends_before"),
    Doubt.NEAR_COUNTRY: message("lists.doubt_near_country"),
    Doubt.DATE: message("lists.doubt_date"),
    Doubt.DATE_TWICE: message("lists.doubt_date_twice"),
    Doubt.AMOUNT: message("lists.doubt_amount"),
    Doubt.AMOUNT_TWICE: message("lists.doubt_amount_twice"),
    Doubt.CURRENCY: message("lists.doubt_currency"),
    Doubt.EMAIL: message("lists.doubt_email"),
    Doubt.PHONE: message("lists.doubt_phone"),
    Doubt.HANDLE: message("lists.doubt_handle"),
    Doubt.LANGUAGE: message("lists.doubt_language"),
    Doubt.TIME_ZONE: message("lists.doubt_time_zone"),
    Doubt.STANDING: message("lists.doubt_standing"),
    Doubt.STATUS: message("lists.doubt_status"),
    Doubt.SHARED_EMAIL: message("lists.doubt_shared_email"),
    Doubt.NEAR_PERSON: message("lists.doubt_near_person"),
    Doubt.SEVERAL_PEOPLE: message("lists.doubt_several_people"),
    Doubt.NEAR_INSTITUTION: message("lists.doubt_near_institution"),
    Doubt.NEAR_POST: message("lists.doubt_near_post"),
    Doubt.SEVERAL_POSTS: message("lists.doubt_several_posts"),
    Doubt.CONTRADICTION: message("lists.doubt_contradiction"),
    Doubt.RETIRED: message("lists.doubt_retired"),
    Doubt.OTHER_NETWORK: message("lists.doubt_other_network"),
}
_RESULTS: Final[Mapping[Result, str]] = {
    Result.NEW: message("lists.result_new"),
    Result.CHANGED: message("lists.result_changed"),
    Result.UNCHANGED: message("lists.result_unchanged"),
    Result.DOUBTFUL: message("lists.result_doubtful"),
    Result.REFUSED: message("lists.result_refused"),
}


def trouble(t: Translator, error: UnreadableError) -> str:
    """Why a file cannot be read, and what to do."""
    values = {"row": "?", "limit": "", "column": "", "field": "", "fields": "", "headings": ""}
    values |= {"network": "", "networks": ""}
    return t(_TROUBLES[error.trouble], **{**values, **error.details})


def problem(t: Translator, what: Problem) -> str:
    """Why a row is not taken, and what to write instead."""
    return t(
        _DOUBTS[what.doubt],
        heading=what.heading,
        written=what.written,
        first=what.first,
        second=what.second,
    )


def result(t: Translator, kind: Result) -> str:
    """``New``, ``Changed`` and so on."""
    return t(_RESULTS[kind])


def rows(t: Translator, outcome: Outcome) -> str:
    """``row 3``, ``rows 3 and 17``."""
    numbers = [str(number) for number in outcome.rows[:MOST_ROWS]]
    if len(outcome.rows) > MOST_ROWS:
        numbers[-1] = "…"
    return t.plural("lists.rows", len(outcome.rows), rows=t.list(numbers))


def field_name(t: Translator, name: str) -> str:
    """What a field is called: the heading that an export gives it."""
    if name == "nominations":
        return t("lists.nominations")
    heading = WORDS[name][t.language][0]
    return heading[:1].upper() + heading[1:]


def differences(t: Translator, outcome: Outcome) -> list[str]:
    """``E-mail: a@example.org → b@example.org``, one line each."""
    return [
        t(
            "lists.difference",
            field=field_name(t, item.field),
            before=_short(item.before) or t("lists.nothing"),
            after=_short(item.after) or t("lists.nothing"),
        )
        for item in outcome.differences
    ]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def read_as(t: Translator, plan: Plan) -> str:
    """How the file was read: its encoding and separator, or its sheet."""
    if plan.table.sheet:
        return t("lists.read_as_sheet", sheet=plan.table.sheet)
    separator = {",": ",", ";": ";", "|": "|", "\t": t("lists.tab")}[plan.table.separator]
    return t("lists.read_as_text", encoding=plan.table.encoding.upper(), separator=separator)


def columns(t: Translator, plan: Plan) -> str:
    """Which column was taken for what."""
    return "; ".join(
        t("lists.column", heading=_short(column.heading), field=field_name(t, column.field))
        for column in plan.layout.columns
    )


def ignored(plan: Plan) -> Sequence[str]:
    """The headings of the columns that are not taken."""
    return [_short(heading) for heading in plan.layout.ignored]
