"""Every column that says who somebody is, so that a new one is not left out of what is erased."""

from __future__ import annotations

from bot.web.transcript import MessageRow
from directory.database import Base, Database
from tests.directory.test_schema import declare_every_table


async def test_every_table_that_names_people_is_thought_of(database: Database) -> None:
    """A new column that refers to a person, or looks like it, must be added to what is erased."""
    declare_every_table()
    referring = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "person" for key in column.foreign_keys)
        or column.name in ("by", "person", "person_key", "about", "owner", "author", "user")
        or column.name.endswith("_by")
    } - {"meeting.answer_by"}  # a day
    assert referring == {
        "account.person_key",
        "account.user",
        "alternate_proposal.decided_by",
        "alternate_proposal.proposed_by",
        "audit_party.person",
        "audit_party.user",
        "audit_value.about",
        "browser_message.author",
        "calendar_feed.person",
        "consent.person",
        "contact_value.person",
        "deadline.created_by",
        "deadline.done_by",
        "deadline_evidence.by",
        "deadline_request.by",
        "deadline_request.decided_by",
        "deadline_snooze.person",
        "entry.person",
        "form.user",
        "import.owner",
        "invitation.invited_by",
        "invitation.person",
        "invitation_guess.user",
        "letter.person",
        "link_proposal.decided_by",
        "link_proposal.person",
        "link_proposal.user",
        "meeting.created_by",
        "meeting_reply.by",
        "nomination.confirmed_by",
        "nomination.person",
        "nudge.person",
        "poll.created_by",
        "poll_vote.by",
        "quiet.person",
        "role_grant.person",
        "room.added_by",
        "room.bound_by",
        "room.confirmed_by",
        "room_proposal.proposed_by",
        "suspension.person",
        "suspension.suspended_by",
        "upload.owner",
    }
    assert MessageRow.__tablename__ == "browser_message"
