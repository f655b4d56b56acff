"""The card of a dry run, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.command import Context
from bot.contract import Attachment, Button, Card, Field, Section, action
from bot.i18n import Translator
from bot.lists import report, words
from directory.importing import ImportKind, Outcome, Plan, Result

#: The buttons' names.
CONFIRM: Final = "import-yes"
CANCEL: Final = "import-no"
UNDO: Final = "import-undo"
#: Rows that the card shows of each result; the report has all.
SHOWN: Final = 4


def owner(context: Context) -> str:
    """Who may confirm and undo: the account that sent the file."""
    account = context.asker.account
    return f"{account.platform}:{account.team}:{account.user}"


def dry_run(t: Translator, plan: Plan, file: str, number: int, network: str) -> Card:
    """What a file would do: the counts, the first rows, and the one question."""
    counts = plan.counts()
    lead = (
        t("import.lead_focal_points") if plan.kind is ImportKind.FOCAL_POINTS else t("import.lead_projects")
    )
    todo = counts[Result.NEW] + counts[Result.CHANGED]
    fields = [Field(words.result(t, kind), t.number(counts[kind])) for kind in Result]
    if network:
        fields.insert(0, Field(t("import.network"), network))
    text = lead if todo else t("lists.nothing_to_do")
    if counts["merged"]:
        text += "\n" + t.plural("lists.merged", counts["merged"])
    how = [words.read_as(t, plan), t("lists.columns_taken", columns=words.columns(t, plan))]
    if ignored := words.ignored(plan):
        how.append(t("lists.columns_ignored", columns=", ".join(ignored)))
    confirm = Button(t("import.confirm", count=t.number(todo)), action(CONFIRM, str(number)))
    cancel = Button(t("import.cancel"), action(CANCEL, str(number)))
    return Card(
        title=t("import.title", file=file),
        text=text,
        fields=tuple(fields),
        sections=tuple(_sections(t, plan)),
        footer="\n".join(how),
        buttons=((confirm, cancel),) if todo else (),
    )


def _sections(t: Translator, plan: Plan) -> list[Section]:
    shown: dict[Result, list[Outcome]] = {kind: [] for kind in Result}
    for outcome in plan.outcomes():
        if len(shown[outcome.result]) < SHOWN:
            shown[outcome.result].append(outcome)
    return [
        Section(words.result(t, kind), "\n".join(_line(t, outcome) for outcome in shown[kind]))
        for kind in (Result.REFUSED, Result.DOUBTFUL, Result.CHANGED, Result.NEW)
        if shown[kind]
    ]


def _line(t: Translator, outcome: Outcome) -> str:
    """A row in a line or two: its number, whom it is about, what and why."""
    head = words.rows(t, outcome)
    told = words.differences(t, outcome)
    if outcome.problem is not None:
        told = [words.problem(t, outcome.problem)]
    return " · ".join(part for part in (head, outcome.label, *told) if part)


def full_report(t: Translator, plan: Plan) -> Card:
    """Every row as a workbook."""
    name = f"{t('lists.report_sheet').lower()}.xlsx"
    attachment = Attachment(name, report.MEDIA_TYPE, report.workbook(t, plan))
    return Card(title=t("import.report"), text=t("import.report_text"), attachments=(attachment,))


def worth_a_report(counts: Mapping[str, int]) -> bool:
    """Whether the card leaves out what somebody has to read."""
    told: Sequence[Result] = (Result.CHANGED, Result.DOUBTFUL, Result.REFUSED)
    return any(counts[kind] > SHOWN for kind in told) or counts[Result.DOUBTFUL] + counts[Result.REFUSED] > 0


def done(t: Translator, file: str, number: int, counts: Mapping[str, int]) -> Card:
    """The import is carried out."""
    return Card(
        title=t("import.done", file=file),
        text=t("import.undo_hint"),
        fields=tuple(
            Field(words.result(t, kind), t.number(counts.get(kind, 0)))
            for kind in (Result.NEW, Result.CHANGED)
        ),
        buttons=((Button(t("import.undo"), action(UNDO, str(number))),),),
    )
