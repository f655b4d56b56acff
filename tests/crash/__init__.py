"""A real process, killed at every named point."""
