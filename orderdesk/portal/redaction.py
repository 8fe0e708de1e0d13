"""Private links in log lines: the token goes, the line stays."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/(?:o|c)/)[A-Za-z0-9_-]{16,}")


class RedactTokens(logging.Filter):
    """Writes /o/…/ for /o/<token>/ whatever logs it: a failed request, a slow query, a server in front."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if _TOKEN.search(text):
            record.msg, record.args = _TOKEN.sub(r"\1…", text), ()
        return True
