"""Every goal with its figure."""
