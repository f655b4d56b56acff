"""The bot: four ways in, one dispatcher, platform-neutral handlers."""
