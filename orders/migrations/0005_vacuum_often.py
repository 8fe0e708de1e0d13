from django.db import migrations

# At the default of a fifth, a table of a million orders waits for 200,000 changes; until then every count and every
# index-only scan reads the heap again.
OFTEN = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02"


def vacuum_often(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE orders_order SET ({OFTEN})")


def vacuum_as_usual(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "ALTER TABLE orders_order RESET (autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor)"
        )


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_shipping")]

    operations = [migrations.RunPython(vacuum_often, vacuum_as_usual)]
