"""Dates in Django's own forms as everywhere else here: Django's Korean writes midnight as "12:00 오전"."""

DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "Y-m-d H:i"
