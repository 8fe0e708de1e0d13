from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_imports")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("source_ref", ""), _negated=True),
                fields=["source_ref"],
                name="order_source_ref_search",
            ),
        ),
    ]
