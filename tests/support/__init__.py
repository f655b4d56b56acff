"""Doubles, local servers and the conversation driver."""
