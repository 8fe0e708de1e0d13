from django.urls import path

from orderdesk.portal.views import account, cancel, courier, entrance, lookup, order, proof

app_name = "portal"
_RUN = "c/<str:public_id>/<int:number>/"
urlpatterns = [
    path("", entrance.welcome, name="welcome"),
    path("track/", lookup.lookup, name="track"),
    path("o/<str:token>/", entrance.open_order, name="open_order"),
    path("orders/<str:public_id>/", order.order_page, name="order"),
    path("orders/<str:public_id>/received/", order.receive, name="receive"),
    path("orders/<str:public_id>/not-received/", order.report, name="report"),
    path("orders/<str:public_id>/cancel/", cancel.choose, name="cancel"),
    path("orders/<str:public_id>/cancel/<int:wish_id>/", cancel.outcome, name="cancel_outcome"),
    path("orders/<str:public_id>/cancel/<int:wish_id>/<str:answer>/", cancel.answer, name="cancel_answer"),
    path("orders/<str:public_id>/refund-account/", account.refund_account, name="refund_account"),
    path("orders/<str:public_id>/photo/<int:number>/", proof.customers_photo, name="photo"),
    path("photos/<int:shipment_id>/", proof.staff_photo, name="staff_photo"),
    path("c/<str:token>/", entrance.open_run, name="open_run"),
    path(_RUN, courier.run, name="run"),
    path(f"{_RUN}ping/", courier.ping, name="ping"),
    path(f"{_RUN}<str:verb>/", courier.step, name="step"),
]
