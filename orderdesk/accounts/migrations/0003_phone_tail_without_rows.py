from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_customer_search")]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(fields=["phone_tail", "shop", "id"], name="customer_by_phone_tail"),
        ),
        migrations.RemoveIndex(model_name="customer", name="customer_phone_tail"),
    ]
