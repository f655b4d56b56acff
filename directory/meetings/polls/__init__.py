"""Polls: several times are offered for a meeting, those expected say which suit them, one becomes it."""
