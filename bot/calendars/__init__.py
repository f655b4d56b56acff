"""Meetings as calendars read them (RFC 5545): files, links that keep themselves up to date, and replies."""
