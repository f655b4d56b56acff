"""Tests of reading, planning, carrying out and undoing imports, and of exports."""
