"""Photos of a delivery: what is taken, what is left of it, and who may see it."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from orderdesk.accounts.models import OrderKind
from orderdesk.errors import DomainError
from orderdesk.portal.photos import clean_photo
from orders.models import Shipment
from orders.terms import OrderStatus, ShipmentStatus
from tests.builders import make_order, make_shipment, make_shop, make_user
from tests.portal.visits import form_token, order_path, rider_of, run_path, visitor_of


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def sent(content: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def bomb(side: int) -> bytes:
    """A PNG that says it has side² pixels and holds none."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_written_anew_as_jpeg_under_a_random_name(kind: str) -> None:
    first, second = clean_photo(sent(picture(kind), "../../x.php")), clean_photo(sent(picture(kind)))
    assert Image.open(first).format == "JPEG"
    assert first.name != second.name
    assert len(str(first.name)) == 36


def test_place_and_camera_are_taken_out() -> None:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    clean = clean_photo(sent(picture(exif=exif))).read()
    assert not Image.open(io.BytesIO(clean)).getexif()
    assert b"PhoneMaker" not in clean


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(clean_photo(sent(picture(size=(80, 60), exif=exif)))).size == (60, 80)


def test_a_large_photo_is_shrunk() -> None:
    assert max(Image.open(clean_photo(sent(picture(size=(3000, 1500))))).size) == 2048


def test_nothing_of_a_polyglot_remains() -> None:
    script = b"<script>alert(1)</script><?php system('id') ?>"
    assert b"script" not in clean_photo(sent(picture() + script)).read()


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a" + b"\0" * 40,
        b"",
        b"%PDF-1.7",
        picture()[:200],
        bomb(100),
    ],
    ids=["svg", "gif", "empty", "pdf", "cut", "hollow"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(DomainError) as refusal:
        clean_photo(sent(content))
    assert refusal.value.code == "not_a_photo"


@pytest.mark.parametrize("content", [bomb(7_000), bomb(30_000), b"\xff" * (10 * 1024 * 1024 + 1)])
def test_a_photo_beyond_the_limits_is_refused_before_it_is_unpacked(content: bytes) -> None:
    with pytest.raises(DomainError) as refusal:
        clean_photo(sent(content))
    assert refusal.value.code in ("photo_too_big", "not_a_photo")


@pytest.fixture
def run(db: None) -> Shipment:
    order = make_order(make_shop(kind=OrderKind.FOOD), status=OrderStatus.IN_DELIVERY)
    return make_shipment(order, status=ShipmentStatus.PICKED_UP)


def deliver(run: Shipment, content: bytes) -> Any:
    client = rider_of(run)
    fields = {"form_token": form_token(client, run_path(run)), "photo": sent(content)}
    return client.post(reverse("portal:step", args=[run.order.public_id, run.number, "deliver"]), fields)


def test_a_bad_photo_leaves_the_run_as_it_was(run: Shipment) -> None:
    assert deliver(run, b"<svg/>").status_code == 409
    run.refresh_from_db()
    assert (run.status, run.proof_photo.name) == (ShipmentStatus.PICKED_UP, "")


def test_a_body_that_is_too_long_is_refused_unread(run: Shipment) -> None:
    assert deliver(run, b"\xff" * 12_000_000).status_code == 413


def test_the_customer_sees_the_photo_of_the_delivery(run: Shipment) -> None:
    assert deliver(run, picture()).status_code == 302
    client = visitor_of(run.order)
    address = reverse("portal:photo", args=[run.order.public_id, run.number])
    assert address in client.get(order_path(run.order)).content.decode()
    photo = client.get(address)
    assert (photo.status_code, photo["Content-Type"]) == (200, "image/jpeg")
    assert photo["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_nobody_else_sees_the_photo(run: Shipment, client: Client) -> None:
    deliver(run, picture())
    addresses = [
        reverse("portal:photo", args=[run.order.public_id, run.number]),
        reverse("portal:staff_photo", args=[run.pk]),
    ]
    stranger = Client()
    stranger.force_login(make_user(make_shop()))
    visitors = [client, stranger, visitor_of(make_order())]
    assert {v.get(address).status_code for v in visitors for address in addresses} == {404}


def test_staff_of_the_shop_see_the_photo(run: Shipment, client: Client) -> None:
    deliver(run, picture())
    client.force_login(make_user(run.order.shop))
    assert client.get(reverse("portal:staff_photo", args=[run.pk])).status_code == 200
