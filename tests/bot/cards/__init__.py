"""Tests of what several commands show."""
