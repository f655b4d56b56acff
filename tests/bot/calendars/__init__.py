"""Tests of calendar files, links to calendars, and replies."""
