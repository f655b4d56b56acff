"""Tests of reminders.nudging."""
