"""The cards that several commands show: what is said, never how it looks."""
