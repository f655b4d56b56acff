"""Tests of Slack's platform."""
