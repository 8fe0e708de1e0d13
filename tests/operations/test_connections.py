from pathlib import Path

from orderdesk.settings.connections import broker_options, database, mail


def test_a_relative_sqlite_path_starts_at_the_project(tmp_path: Path) -> None:
    config = database("sqlite:///var/x.sqlite3", tmp_path)
    assert config["NAME"] == str(tmp_path / "var/x.sqlite3")
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_absolute_sqlite_path_stays_as_it_is(tmp_path: Path) -> None:
    assert database("sqlite:////data/x.sqlite3", tmp_path)["NAME"] == "/data/x.sqlite3"


def test_postgresql_keeps_its_connections_and_waits_briefly_for_locks(tmp_path: Path) -> None:
    config = database("postgres://me@127.0.0.1/x", tmp_path)
    assert (config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"]) == (None, True)
    assert "lock_timeout=3s" in config["OPTIONS"]["options"]


def test_the_filesystem_broker_lives_in_one_folder(tmp_path: Path) -> None:
    options = broker_options("filesystem://", tmp_path)
    assert options["data_folder_in"] == options["data_folder_out"] == str(tmp_path / "broker")
    assert Path(options["control_folder"]).is_dir()


def test_redis_redelivers_within_minutes(tmp_path: Path) -> None:
    assert broker_options("redis://127.0.0.1/0", tmp_path)["visibility_timeout"] <= 300


def test_mail_goes_to_the_mailbox_an_esp_or_smtp_by_its_url(tmp_path: Path) -> None:
    assert mail("mailbox:", tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    assert mail("anymail+mailgun:", tmp_path)["EMAIL_BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert mail("smtp+tls://u:p@mail.example.com:587", tmp_path)["EMAIL_USE_TLS"] is True
