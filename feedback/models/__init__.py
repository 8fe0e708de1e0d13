from feedback.models.review import Review

__all__ = ["Review"]
