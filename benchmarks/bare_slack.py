"""The app to compare with: Bolt alone, which answers every direct message with the same blocks.

``python -m benchmarks.bare_slack API TOKEN SECRET PORT FILE``: the file holds the answer, the parameters of
``chat.postMessage`` as JSON. It keeps nothing, so it promises nothing either.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def main() -> None:
    """Answer until SIGTERM."""
    api, token, secret, port, given = sys.argv[1:]
    answer: dict[str, Any] = json.loads(Path(given).read_text())
    client = AsyncWebClient(token=token, base_url=api)
    # An environment's proxy is not meant for the local server.
    client.proxy = None
    app = AsyncApp(signing_secret=secret, client=client)

    async def echo(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(
            channel=event["channel"], text=answer["text"], blocks=answer.get("blocks", [])
        )

    app.event("message")(echo)
    app.start(port=int(port), path="/slack/events", host="127.0.0.1")


if __name__ == "__main__":
    main()
