"""A dry run as a workbook: every row with what becomes of it, as plain text."""

from __future__ import annotations

import io

from bot.i18n import Translator
from bot.lists import words
from directory.exporting import workbooks
from directory.importing import Plan

MEDIA_TYPE = workbooks.MEDIA_TYPE


def workbook(t: Translator, plan: Plan) -> bytes:
    """The report of a plan whose changes were gone through."""
    headings = [
        t("lists.report_rows"),
        t("lists.report_result"),
        t("lists.report_record"),
        t("lists.report_what"),
    ]
    buffer = io.BytesIO()
    workbooks.write(
        buffer,
        headings,
        (
            (
                ", ".join(map(str, outcome.rows)),
                words.result(t, outcome.result),
                outcome.label,
                words.problem(t, outcome.problem)
                if outcome.problem is not None
                else "\n".join(words.differences(t, outcome)),
            )
            for outcome in plan.outcomes()
        ),
        sheet=t("lists.report_sheet"),
    )
    return buffer.getvalue()
