"""Invitations: codes by which somebody joins, or links a further account; and proposals to do so.

A code is shown once to whoever makes it and kept only as a hash. It is valid for 14 days (15 minutes where it
links an account), and once. Whatever is wrong with a code, the work is the same and so is the answer.
"""

from directory.invitations import alternates, codes, guesses, proposals
from directory.invitations.issuing import (
    LINK_VALID,
    VALID,
    get,
    invite,
    link_code,
    prune,
    resend,
    revoke,
    unused,
)
from directory.invitations.matching import with_email
from directory.invitations.records import Invitation, Invitee, Joined, Refusal
from directory.invitations.redeeming import burn, redeem
from directory.invitations.tables import InvitationState

__all__ = [
    "LINK_VALID",
    "VALID",
    "Invitation",
    "InvitationState",
    "Invitee",
    "Joined",
    "Refusal",
    "alternates",
    "burn",
    "codes",
    "get",
    "guesses",
    "invite",
    "link_code",
    "proposals",
    "prune",
    "redeem",
    "resend",
    "revoke",
    "unused",
    "with_email",
]
