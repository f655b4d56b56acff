"""Tests of making, checking and restoring backups."""
