"""The card of one's own entry: everything that is known of a person, and who may see each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.cards import contact, platforms, values, words
from bot.cards.buttons import label
from bot.command import Context
from bot.contract import Button, Card, Field, Section, action
from bot.i18n import Translator, message
from directory import networks, posts
from directory.access import Role
from directory.entries import LEVELS, Entry, Value
from directory.freshness import Freshness, freshness
from directory.people import NAME_LEVEL
from directory.posts import Nomination, Post

#: The buttons of the card: everything is right; who may see a value; a level for it; edit; leave a post.
RIGHT: Final = "me-right"
WHO: Final = "me-who"
LEVEL: Final = "me-level"
EDIT: Final = "me-edit"
LEAVE: Final = "me-leave"
LEFT: Final = "me-left"
AGREE: Final = "me-agree"
WITHDRAW: Final = "me-withdraw"
BACK: Final = "me"

#: The version of the words to which people agree; new words get a new one.
WORDING: Final = "1"

#: Who sees a value of each level, as it stands within a sentence.
WHO_SEES: Final[Mapping[int, str]] = {
    0: message("entry.level_0"),
    1: message("entry.level_1"),
    2: message("entry.level_2"),
    3: message("entry.level_3"),
}
_ROLES: Final[Mapping[Role, str]] = {
    Role.COORDINATOR: message("entry.role_coordinator"),
    Role.OPERATOR: message("entry.role_operator"),
}
_FRESHNESS: Final[Mapping[Freshness, str]] = {
    Freshness.FRESH: message("entry.fresh"),
    Freshness.DUE: message("entry.due"),
    Freshness.OVERDUE: message("entry.overdue"),
    Freshness.DELINQUENT: message("entry.delinquent"),
}


def who_sees(t: Translator, level: int) -> str:
    """Who sees a value of this level."""
    return t(WHO_SEES[level])


async def card(context: Context, entry: Entry, note: str = "") -> Card:
    """The whole entry; ``note`` says what was just done and stands first."""
    t = context.t
    person = entry.person
    held = await posts.of_person(context.session, person.key)
    named = await posts.nominations(context.session, [post.key for post in held])
    present = [
        (post, item)
        for post in held
        for item in named.get(post.key, ())
        if item.person == person.key and item.holds_on(context.now.date())
    ]
    fields = [
        Field(t("entry.name"), t("entry.shown", value=person.name, who=who_sees(t, NAME_LEVEL))),
        *_values(context, entry),
        *values.languages(t, person),
        *await _posts(context, present),
        *await _roles(context, entry),
        Field(
            t("entry.accounts"),
            t.list(list(dict.fromkeys(platforms.named(t, account.platform) for account in entry.accounts)))
            or t("said.not_recorded"),
        ),
        _confirmed(context, entry),
        _consent(t, entry),
    ]
    if entry.away_until is not None and entry.away_until >= context.now.date():
        fields.append(Field(t("entry.away"), t("entry.away_until", day=t.day(entry.away_until))))
    sections = () if entry.consent else (Section(t("entry.consent_heading"), consent_text(t)),)
    return Card(
        title=t("entry.title"),
        text=note or t("entry.lead"),
        fields=tuple(fields),
        sections=sections,
        footer=t("contact.invented") if person.invented else "",
        buttons=(
            (Button(t("entry.right_button"), action(RIGHT)), Button(t("entry.edit_button"), action(EDIT))),
            *_pairs([_who_button(t, value) for value in entry.values]),
            *[_leave_button(context, post, await contact.called(context, post)) for post, _ in present],
            (_consent_button(t, entry),),
            (
                Button(t("entry.data_button"), action("mydata")),
                Button(t("entry.forget_button"), action("forget")),
            ),
        ),
    )


def consent_text(t: Translator) -> str:
    """The words that a person agrees to."""
    return t("entry.consent_wording")


def level_card(t: Translator, value: Value) -> Card:
    """Who may see one value, with a button for each choice."""
    item = value.contact
    kind = t(values.KINDS[item.kind])
    choices = [
        Button(
            t(WHO_SEES[level])[:1].upper() + t(WHO_SEES[level])[1:],
            action(LEVEL, str(value.id), str(level)),
            selected=level == item.level,
        )
        for level in LEVELS
    ]
    return Card(
        title=t("entry.who_title", kind=kind),
        text=t("entry.who_lead", value=item.value, who=who_sees(t, item.level)),
        buttons=(*((choice,) for choice in choices), (Button(t("entry.back"), action(BACK)),)),
    )


def leave_card(t: Translator, post: Post, called: str) -> Card:
    """Asks once more whether somebody has left a post."""
    return Card(
        title=t("entry.leave_title"),
        text=t("entry.leave_lead", post=called),
        buttons=(
            (Button(t("entry.leave_confirm"), action(LEFT, post.key)),),
            (Button(t("entry.back"), action(BACK)),),
        ),
    )


def still_right(t: Translator, held: Sequence[tuple[Post, str]]) -> tuple[tuple[Button, ...], ...]:
    """The buttons under the question whether an entry is still right."""
    return (
        (Button(t("entry.right_button"), action(RIGHT)), Button(t("entry.edit_button"), action(EDIT))),
        *(
            (Button(label(t("entry.leave_button", post=called)), action(LEAVE, post.key)),)
            for post, called in held
        ),
    )


def _values(context: Context, entry: Entry) -> list[Field]:
    t, today = context.t, context.now.date()
    if not entry.values:
        return [Field(t("entry.contacts"), t("said.not_recorded"), missing=True)]
    return [
        Field(
            t(values.KINDS[value.contact.kind]),
            t(
                "entry.value",
                value=value.contact.value,
                who=who_sees(t, value.contact.level),
                freshness=values.freshness(t, value.contact, today),
            ),
        )
        for value in entry.values
    ]


async def _posts(context: Context, present: Sequence[tuple[Post, Nomination]]) -> list[Field]:
    t = context.t
    fields = []
    for post, item in present:
        called = await contact.called(context, post)
        line = t("contact.since", name=called, day=t.day(item.since))
        fields.append(Field(t(contact.STANDINGS[item.standing]), line))
        if item.confirmed_on is None:
            fields.append(Field(t("contact.nomination"), t("entry.unconfirmed"), missing=True))
    return fields or [Field(t("entry.posts"), t("entry.no_post"), missing=True)]


async def _roles(context: Context, entry: Entry) -> list[Field]:
    t = context.t
    said = []
    for role, code in entry.roles:
        network = await networks.get(context.session, code) if code else None
        named = words.short_name(t, network) if network is not None else ""
        if role in _ROLES:
            said.append(t(_ROLES[role], network=named))
    return [Field(t("entry.roles"), t.list(said))] if said else []


def _confirmed(context: Context, entry: Entry) -> Field:
    t, today = context.t, context.now.date()
    if entry.confirmed_on is None:
        return Field(t("entry.confirmed"), t("entry.never"), missing=True)
    state = freshness(entry.confirmed_on, today)
    return Field(t("entry.confirmed"), t(_FRESHNESS[state], day=t.day(entry.confirmed_on)))


def _consent(t: Translator, entry: Entry) -> Field:
    consent = entry.consent
    if consent is None:
        return Field(t("entry.consent"), t("entry.no_consent"), missing=True)
    day = t.day(consent.given_at.astimezone(t.zone).date())
    given = t("entry.consent_given", day=day, wording=consent.wording)
    return Field(t("entry.consent"), given)


def _consent_button(t: Translator, entry: Entry) -> Button:
    if entry.consent is None:
        return Button(t("entry.agree_button"), action(AGREE, WORDING))
    return Button(t("entry.withdraw_button"), action(WITHDRAW))


def _who_button(t: Translator, value: Value) -> Button:
    kind = t(values.KINDS[value.contact.kind])
    return Button(label(t("entry.who_button", kind=kind)), action(WHO, str(value.id)))


def _leave_button(context: Context, post: Post, called: str) -> tuple[Button, ...]:
    return (Button(label(context.t("entry.leave_button", post=called)), action(LEAVE, post.key)),)


def _pairs(made: Sequence[Button]) -> list[tuple[Button, ...]]:
    return [tuple(made[start : start + 2]) for start in range(0, len(made), 2)]
