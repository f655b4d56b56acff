"""One command a file; found by ``bot.registry``, never listed anywhere."""
