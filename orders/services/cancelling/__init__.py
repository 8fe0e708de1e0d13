"""Cancelling: a wish is previewed, opened (its time is fixed), confirmed, answered; staff cancel by the same road."""
