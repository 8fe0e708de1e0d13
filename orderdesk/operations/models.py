from django.db import models


class Heartbeat(models.Model):
    """The last time a regular process (beat, a worker) was seen alive, one row per name."""

    name = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
