"""Tests of reminders.digests."""
