"""CloudEvents 1.0 in JSON: the messages of a feed in the form that other systems route by.

The context attributes are those of the specification (cloudevents/spec v1.0.2, section 3.1) and its extension
`sequence`, a text that sorts as the positions do: an Integer of CloudEvents ends at 2³¹ - 1, a ledger does not.
"""

from __future__ import annotations

import orjson

from api.feeds.feeds import Message

EVENT_PREFIX = "rights-ledger.event."
CHANGE_PREFIX = "rights-ledger.change."


def cloud_event(message: Message, source: str, prefix: str) -> str:
    """The message as one CloudEvent: its own JSON text is the data."""
    attributes = {
        "specversion": "1.0",
        "id": message.id,
        "source": source,
        "type": prefix + message.type,
        "time": message.recorded_at,
        "datacontenttype": "application/json",
    }
    if message.position is not None:
        attributes["sequence"] = f"{message.position:019d}"
    if message.account_id is not None:
        attributes["subject"] = message.account_id
    return f'{orjson.dumps(attributes).decode()[:-1]},"data":{message.body}}}'
