from django.db import migrations

from orderdesk.accounts import name_index


def install(apps, schema_editor):
    name_index.install(schema_editor.connection)


def remove(apps, schema_editor):
    name_index.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
