from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import ShopOwnedQuerySet
from orders.models.order import Order
from orders.terms import TaskKind


class TaskQuerySet(ShopOwnedQuerySet["Task"]):
    """Tasks of the shops one may see."""

    shop_path = "order__shop_id"


class Task(models.Model):
    """Something about an order that a person must settle."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(_("kind"), max_length=16, choices=TaskKind.choices)
    detail = models.CharField(_("detail"), max_length=500, blank=True, default="")
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    resolution = models.CharField(_("what was done"), max_length=500, blank=True, default="")

    objects: ClassVar = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "kind"], name="one_open_task", condition=Q(done_at__isnull=True)
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at"], name="task_open", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
