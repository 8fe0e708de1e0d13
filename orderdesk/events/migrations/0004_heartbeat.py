from django.db import migrations, models


class Migration(migrations.Migration):
    """The model moves here from operations; its table and row stay where they are."""

    dependencies = [
        ("events", "0003_alter_reaction_options"),
        ("operations", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("seen_at", models.DateTimeField()),
                    ],
                    options={"db_table": "operations_heartbeat"},
                ),
            ],
        ),
    ]
