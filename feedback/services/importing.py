"""The reviews of imported orders."""

from __future__ import annotations

from feedback.models import Review
from orderdesk.copying import draft, insert_rows
from orders.services.importing.batch import Batch


def write_reviews(batch: Batch) -> dict[str, int]:
    """Write the reviews of the batch's orders in the caller's transaction; those of a changed order anew."""
    again = [entry.object_id for entry in batch.orders if entry.known]
    if again:
        Review.objects.filter(order_id__in=again).exclude(source_ref="").delete()
    reviews = [
        draft(
            Review,
            order_id=entry.object_id,
            source_ref=review.ref,
            score=review.score,
            title=review.title,
            text=review.text,
            asked_at=review.asked_at,
            answered_at=review.answered_at,
        )
        for entry in batch.orders
        for review in entry.parsed.reviews
    ]
    insert_rows(reviews)
    return {"reviews": len(reviews)}
