from django.db import migrations


class Migration(migrations.Migration):
    """The model belongs to events now; its table stays."""

    dependencies = [
        ("operations", "0001_initial"),
        ("events", "0004_heartbeat"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Heartbeat")],
        ),
    ]
