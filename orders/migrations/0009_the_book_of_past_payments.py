from django.db import migrations, models

COMPONENTS = [
    ("goods", "Goods"),
    ("shipping", "Shipping"),
    ("return_shipping", "Return shipping"),
    ("surcharge", "Island surcharge"),
    ("clawback", "Shipping no longer free"),
    ("fee", "Cancellation fee"),
    ("points", "Points"),
    ("coupon", "Coupon"),
    ("goodwill", "Goodwill"),
    ("overpayment", "Overpayment"),
    ("unpaid", "Not paid yet"),
]

# Payments from before the ledger get the entry that the triggers write for new ones (orders/ledger_guards).
BACKFILL = """
INSERT INTO orders_ledgerentry (at, txn, kind, debit, credit, amount, currency, payment_id)
SELECT COALESCE(captured_at, authorised_at, CURRENT_TIMESTAMP), 'payment:' || id, 'capture', 'buyer', 'shop', captured,
  currency, id
FROM orders_payment
WHERE captured > 0
  AND NOT EXISTS (SELECT 1 FROM orders_ledgerentry e WHERE e.payment_id = orders_payment.id AND e.kind = 'capture')
"""


def book_past_payments(apps, schema_editor):
    # The guard lets only triggers write; it stands again after every migrate.
    on_table = " ON orders_ledgerentry" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS orders_ledgerentry_by_triggers{on_table}")
    schema_editor.execute(BACKFILL)


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_cancelling_and_refunds")]

    operations = [
        migrations.AlterField(
            model_name="refundline",
            name="component",
            field=models.CharField(choices=COMPONENTS, max_length=16, verbose_name="for"),
        ),
        migrations.RunPython(book_past_payments, migrations.RunPython.noop),
    ]
