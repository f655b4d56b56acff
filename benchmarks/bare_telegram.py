"""The bot to compare with: python-telegram-bot alone, which answers anything with one text and keyboard.

``python -m benchmarks.bare_telegram URL TOKEN FILE``: the file holds the answer, the parameters of
``sendMessage`` as JSON. It keeps nothing, so it promises nothing either.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


def main() -> None:
    """Answer until SIGTERM."""
    url, token, given = sys.argv[1:]
    answer: dict[str, Any] = json.loads(Path(given).read_text())
    markup = InlineKeyboardMarkup.de_json(answer["reply_markup"], None)

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None:
            await update.message.reply_text(answer["text"], parse_mode="HTML", reply_markup=markup)

    # Concurrent updates are not the default, but they are the harder opponent.
    application = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(True).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
