"""The photo of a delivery: for the order's customer and the shop's staff, and for nobody else."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from orderdesk.portal import passes
from orderdesk.portal.answers import dead_link, private
from orderdesk.portal.page_facts import revision_of
from orders.models import LinkScope, Shipment


@require_safe
def customers_photo(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """Through the customer's pass."""
    held = passes.read(request, LinkScope.CUSTOMER, public_id)
    if held is None or revision_of(held, public_id) is None:
        return dead_link(request)
    return _photo(Shipment.objects.filter(order__public_id=public_id, number=number).first())


@require_safe
def staff_photo(request: HttpRequest, shipment_id: int) -> HttpResponseBase:
    """Through a staff member's session."""
    return _photo(Shipment.objects.visible_to(request.user).filter(pk=shipment_id).first())


def _photo(shipment: Shipment | None) -> HttpResponseBase:
    if shipment is None or not shipment.proof_photo:
        raise Http404
    response = FileResponse(shipment.proof_photo.open("rb"), content_type="image/jpeg", filename="photo.jpg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    private(response)
    return response
