"""Conversations as plain text, played on every platform."""
