"""Addresses below /admin/ of the shipping desk and the kitchen."""

from __future__ import annotations

from django.urls import path

from orders.admin.shipping import desk, entries, kitchen, prints, scan, upload, waybills

app_name = "shipping"
entries.register()
urlpatterns = [
    path("shipping/", desk.desk, name="desk"),
    path("shipping/list/", desk.ship_list, name="list"),
    path("shipping/waybills/", waybills.waybills, name="waybills"),
    path("shipping/upload/", upload.upload, name="upload"),
    path("shipping/upload/template/", upload.upload_template, name="upload_template"),
    path("shipping/slips/", prints.slips, name="slips"),
    path("shipping/tickets/", prints.tickets, name="tickets"),
    path("shipping/scan/", scan.scan, name="scan"),
    path("shipping/<int:order_id>/problem/", desk.problem, name="problem"),
    path("kitchen/", kitchen.board, name="kitchen"),
    path("kitchen/<int:order_id>/courier-code/", kitchen.courier_code, name="courier_code"),
    path("kitchen/<int:order_id>/<slug:verb>/", kitchen.act, name="kitchen_act"),
]
