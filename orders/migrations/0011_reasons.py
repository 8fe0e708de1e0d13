from django.db import migrations, models

from orders.reason_seeds import install_reasons


def install(apps, schema_editor):
    install_reasons(apps.get_model("orders", "Reason").objects.using(schema_editor.connection.alias))


class Migration(migrations.Migration):
    dependencies = [("orders", "0010_by_customer")]

    operations = [
        # Any leaf's code may stand there; nothing changes in the table.
        migrations.AlterField(
            model_name="order",
            name="cancel_reason",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="reason of cancelling"
            ),
        ),
        migrations.RunPython(install, migrations.RunPython.noop),
    ]
