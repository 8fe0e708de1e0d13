import json
import logging

from orderdesk.operations.logs import JsonFormatter


def test_a_log_line_is_one_json_object_with_its_extras() -> None:
    record = logging.makeLogRecord({"msg": "주문 %s\n끝", "args": (7,), "levelname": "INFO", "order_id": 7})
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert {"message": "주문 7\n끝", "order_id": 7}.items() <= json.loads(line).items()


def test_a_log_line_carries_the_traceback() -> None:
    try:
        raise ValueError("boom")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "x", "exc_info": (ValueError, error, error.__traceback__)})
    assert "ValueError: boom" in json.loads(JsonFormatter().format(record))["exception"]
