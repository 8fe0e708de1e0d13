"""The project's addresses with the small console in place of the real one."""

from __future__ import annotations

from django.urls import include, path

from tests.console.site import site

urlpatterns = [
    path("admin/", site.urls),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
