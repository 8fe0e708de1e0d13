from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from orderdesk import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("hooks/", include("orderdesk.api.hooks.urls")),
    path("admin/", include("orders.admin.shipping.urls")),
    path("admin/imports/", include("orders.admin.imports.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("orderdesk.portal.urls")),
]
if settings.DEMO_MAILBOX:
    urlpatterns.insert(0, path("mailbox/", include("orderdesk.operations.mailbox_page")))
handler403 = "orderdesk.portal.views.trouble.forbidden"
handler404 = "orderdesk.portal.views.trouble.not_found"
handler500 = "orderdesk.portal.views.trouble.broken"
