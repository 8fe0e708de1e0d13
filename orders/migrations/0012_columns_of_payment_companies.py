from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_reasons")]

    operations = [
        migrations.AddField(
            model_name="gatewayaccount",
            name="channel",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="channel"),
        ),
        migrations.AddField(
            model_name="payment",
            name="pay_url",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="payment link"),
        ),
    ]
