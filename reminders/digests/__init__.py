"""Digests: at most one message a room and day says what is due, and on Mondays how things stand."""
