from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop, ShopOwnedQuerySet


class ImportState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class DocumentKind(models.TextChoices):
    ORDER = "order", _("Order")
    CREDIT = "credit", _("Credit invoice")
    ADJUSTMENT = "adjustment", _("Adjustment")


class AdjustmentKind(models.TextChoices):
    STOCK_OUT = "stock_out", _("Stock written off")
    STOCK_IN = "stock_in", _("Stock found or corrected")
    BAD_DEBT = "bad_debt", _("Bad debt")


class ImportRunQuerySet(ShopOwnedQuerySet["ImportRun"]):
    """Imports into the shops one may see."""


class ImportRun(models.Model):
    """One file of orders on its way into a shop: how far it has come, so that a killed run goes on where it stopped."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="imports", verbose_name=_("shop"))
    source = models.CharField(_("sales channel"), max_length=20)
    # A path on this machine (command line) or an uploaded file that any worker can read.
    path = models.CharField(_("file"), max_length=500, blank=True, default="")
    upload = models.FileField(_("file"), upload_to="imports/%Y/%m/", blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, default="", editable=False)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.WAITING
    )
    # Documents (orders, credits, adjustments, rejects) of the file that are committed.
    position = models.PositiveIntegerField(default=0, editable=False)
    size = models.BigIntegerField(_("bytes"), default=0, editable=False)
    read = models.BigIntegerField(_("bytes read"), default=0, editable=False)
    counts = models.JSONField(_("counts"), default=dict, blank=True, editable=False)
    # Fencing: each batch commits only while its worker is still the owner.
    owner = models.CharField(max_length=60, blank=True, default="", editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True, default="")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by"),
        db_index=False,
    )

    objects: ClassVar = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="import_due", condition=Q(state__in=["waiting", "running"]))
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.file_name}"

    @property
    def file_name(self) -> str:
        """The file without the folders that it lay in."""
        return self.path.rpartition("/")[2] or self.source


class ImportReject(models.Model):
    """One row that an import could not take: where it stands, what is wrong with it, and the row itself."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejects")
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=80, blank=True, default="")
    code = models.CharField(_("reason"), max_length=40)
    params = models.JSONField(default=dict)
    raw = models.TextField(_("row"), blank=True, default="")

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class ImportedRecord(models.Model):
    """What a source's document became here, and its digest: an unchanged document is known without reading the order."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    ref = models.CharField(max_length=80)
    digest = models.CharField(max_length=32)
    object_id = models.BigIntegerField()
    # The order's version when it was written: a later one means that people have worked on it since.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("imported document")
        verbose_name_plural = _("imported documents")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "source", "ref", "kind"], name="imported_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.ref}"


class AdjustmentQuerySet(ShopOwnedQuerySet["Adjustment"]):
    """Adjustments of the shops one may see."""


class Adjustment(models.Model):
    """One line of a document that sold nothing to anybody: stock written off or found, a debt given up."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+", verbose_name=_("shop"))
    source = models.CharField(_("sales channel"), max_length=20)
    number = models.CharField(_("number"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=10, choices=AdjustmentKind.choices)
    sku = models.CharField(_("SKU"), max_length=64, blank=True, default="")
    name = models.CharField(_("description"), max_length=200, blank=True, default="")
    quantity = models.IntegerField(_("quantity"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.BigIntegerField(_("amount"))

    objects: ClassVar = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "source", "number", "position"], name="adjustment_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.sku} {self.quantity}"
