import os
import time

import pytest

from orderdesk.celery import app
from orderdesk.events.models import Heartbeat
from tests.processes import running

# Each test process has its queue and its worker's name: another one's worker would do the work in another database,
# and RabbitMQ locks a worker's control queue by that name.
QUEUE = f"test-{os.getpid()}"
WORKER = (
    "celery",
    "--quiet",
    "-A",
    "orderdesk",
    "worker",
    "--pool",
    "threads",
    "--concurrency",
    "1",
    "--queues",
    QUEUE,
    "--hostname",
    f"{QUEUE}@%h",
)


def wait_for_heartbeat(seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not Heartbeat.objects.exists():
        time.sleep(0.2)
    return Heartbeat.objects.exists()


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_a_worker_picks_a_task_from_the_broker() -> None:
    url = os.environ["TEST_BROKER_URL"]
    with app.connection_for_write(url) as broker:
        app.send_task("orderdesk.operations.tasks.beat", connection=broker, queue=QUEUE)
    with running(*WORKER):
        assert wait_for_heartbeat(30)
