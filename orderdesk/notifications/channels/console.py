"""Texts for a demo: written beside the demo mailbox's mails, where its page shows them."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from orderdesk import clock
from orderdesk.notifications.channels import Answer, HandOver, Parcel

SUFFIX = ".sms.json"


def demo_folder() -> Path:
    """Where mails and texts of a demo are written."""
    return Path(getattr(settings, "EMAIL_FILE_PATH", "") or settings.VAR_DIR / "mail")


class ConsoleChannel:
    """Each text becomes one file; nothing leaves the machine."""

    def deliver(self, parcel: Parcel, hand_over: HandOver) -> Answer:
        message, folder = parcel.message, demo_folder()
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{uuid4().hex[:8]}{SUFFIX}"
        written = {
            "from": message.shop.sender_phone or message.shop.name,
            "to": message.recipient,
            "channel": message.channel,
            "at": clock.now().isoformat(timespec="seconds"),
            "text": parcel.text.strip(),
        }
        hand_over()
        draft = folder / f".{name}"
        draft.write_text(json.dumps(written, ensure_ascii=False))
        # Renamed when whole: a reader of the folder never sees half a text.
        os.replace(draft, folder / name)
        return Answer("demo mailbox", name)

    def close(self) -> None:
        """Nothing is kept open."""
