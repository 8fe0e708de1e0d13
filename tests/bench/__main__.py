"""`python -m tests.bench`: settings first, then everything that needs them."""

import os
import sys

import django
from django.utils.module_loading import import_string

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"

if __name__ == "__main__":
    django.setup()
    sys.exit(import_string("tests.bench.run.main")())
