FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=orderdesk.settings.production
WORKDIR /srv/orderdesk
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# Catalogues are compiled here: the user below may only write to var.
RUN python -c 'from pathlib import Path; from orderdesk.operations.catalogue import compile_catalogues; compile_catalogues(Path("locale"))'
RUN useradd --system --create-home orderdesk && mkdir -p var && chown orderdesk var
USER orderdesk
CMD ["gunicorn", "orderdesk.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", "--threads", "4", "--timeout", "30", "--no-control-socket"]
