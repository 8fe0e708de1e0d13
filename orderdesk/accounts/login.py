"""The staff's login form, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class StaffLoginForm(LoginForm):
    """allauth's, except that its Korean promises to keep the login's name where the session is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login or mail")
        if "remember" in self.fields:
            self.fields["remember"].label = _("Keep me logged in")
