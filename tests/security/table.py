"""Who may come in: every address by the name of its route. A route without a row fails the test.

Letters: A agent, L lead, K kitchen, P packer, E policy editor, N analyst, O owner; 0 a login without a shop,
- nobody logged in, C who holds the order's private link, D who holds the courier's. Two sets are for GET and POST.
The superuser passes wherever a page exists and is only asked for answers that are not errors.
"""

from __future__ import annotations

LETTERS = {
    "agent": "A",
    "lead": "L",
    "kitchen": "K",
    "packer": "P",
    "policy_editor": "E",
    "analyst": "N",
    "owner": "O",
    "no_shop": "0",
    "anonymous": "-",
    "customer": "C",
    "courier": "D",
}
Rows = dict[str, tuple[str, str]]
NOBODY = ""
STAFF = "ALKPENO"  # who sees orders at all
DESK = "ALO"  # who talks with customers
KITCHEN = "ALKO"
FLOOR = "ALKPO"  # whose hands the goods pass through
BOSSES = "LO"
LOGINS = STAFF + "0"
PUBLIC = LOGINS + "-CD"

# These pages belong to other packages and to the operator alone.
OPERATORS = (
    "auth_group",
    "account_emailaddress",
    "mfa_authenticator",
    "django_celery_beat_periodictask",
    "django_celery_beat_clockedschedule",
    "django_celery_beat_crontabschedule",
    "django_celery_beat_solarschedule",
    "django_celery_beat_intervalschedule",
)


def rows(**who: str | tuple[str, str]) -> Rows:
    """One pair of sets per page."""
    return {page: value if isinstance(value, tuple) else (value, value) for page, value in who.items()}


def model(name: str, see: str, **more: str | tuple[str, str]) -> Rows:
    """The pages that every list of the console has; nobody adds, changes, deletes or exports unless said."""
    usual: dict[str, str | tuple[str, str]] = {
        "changelist": see,
        "history": see,
        "save_view": see,
        "delete_view": NOBODY,  # only one's own views; the world's belongs to somebody else
        "change": (see, NOBODY),
        "add": NOBODY,
        "delete": NOBODY,
        "export": NOBODY,
        "bulk": NOBODY,
        "action": NOBODY,
    }
    return {f"admin:{name}_{page}": who for page, who in rows(**(usual | more)).items()}


def verbs(name: str, kind: str, who: dict[str, str]) -> Rows:
    """Actions (`action`) or bulk actions (`bulk`) by name."""
    pairs = rows(**{verb: letters for letters, names in who.items() for verb in names.split()})
    return {f"admin:{name}_{kind}/{verb}": pair for verb, pair in pairs.items()}


ORDER_VERBS = {
    KITCHEN: "confirm",
    FLOOR: (
        "start_preparing mark_ready hand_over_at_counter plan_shipment assign_courier pick pack waybill hand_over"
        " pass_check fail_check"
        " short_ship courier_link courier_departs delivered lost came_back reship cancel_shipment note report_problem"
    ),
    DESK: (
        "complete record_payment pay_back goodwill release hold reject cancel edit_address correct_contact staff_note change_line"
        " assign tags resend_link revoke_links close_task resend_message"
    ),
    BOSSES: "reopen retry_reaction",
}

CONSOLE: Rows = {
    **model("orders_order", STAFF, change=(STAFF, STAFF), export="LNO", add=DESK, unmask=(NOBODY, DESK)),
    **verbs("orders_order", "action", ORDER_VERBS),
    **verbs("orders_order", "bulk", {BOSSES: "confirm start_preparing complete cancel assign tag"}),
    **model("orders_task", "ALKPNO", change=("ALKPNO", "ALKPNO")),
    **verbs("orders_task", "action", {DESK: "settle"}),
    **verbs("orders_task", "bulk", {DESK: "settle"}),
    **model("orders_tag", STAFF, add=DESK, change=(STAFF, DESK), delete=BOSSES),
    **model("orders_deposit", DESK, add=DESK, change=(DESK, DESK), upload=DESK, upload_template=DESK),
    **verbs("orders_deposit", "action", {DESK: "match"}),
    **model("orders_reason", BOSSES, add=BOSSES, change=(BOSSES, BOSSES)),
    **model("orders_stockitem", FLOOR, add=BOSSES, change=(FLOOR, BOSSES)),
    **verbs("orders_stockitem", "action", {BOSSES: "count"}),
    **model(
        "orders_cancellation",
        "ALNO",
        change=("ALNO", "ALNO"),
        export="LNO",
        report=("ALNO", NOBODY),
        report_file=("LNO", NOBODY),
    ),
    **verbs("orders_cancellation", "action", {DESK: "approve refuse counter_offer withdraw"}),
    **model("orders_refund", "ALNO", change=("ALNO", "ALNO"), export="LNO"),
    **verbs("orders_refund", "action", {DESK: "ask retry", BOSSES: "approve refuse record_payout void"}),
    **model("orders_settlement", BOSSES, add=BOSSES, change=(BOSSES, BOSSES)),
    **model("orders_discrepancy", BOSSES, change=(BOSSES, BOSSES)),
    **verbs("orders_discrepancy", "action", {BOSSES: "take_over explain task"}),
    **model("orders_gatewayaccount", "O", add="O", change=("O", "O")),
    **model("accounts_shop", "O", change=("O", "O")),
    **model("accounts_user", "O", add="O", change=("O", "O")),
    **model("accounts_membership", "O", add="O", change=("O", "O"), delete="O"),
    **model("accounts_customer", DESK),
    **model("accounts_accessrecord", "O"),
    **model("events_reaction", BOSSES, change=(BOSSES, BOSSES)),
    **verbs("events_reaction", "bulk", {BOSSES: "retry"}),
    **verbs("events_reaction", "action", {BOSSES: "retry"}),
    **model("events_inboundcall", NOBODY),  # names no shop: the operator's
    **model("policies_policy", "LEO", change=("LEO", "LEO"), draft=(NOBODY, "EO")),
    **verbs("policies_policy", "action", {"EO": "publish timings"}),
    **model("policies_closingday", "EO", add="EO", change=("EO", "EO"), delete="EO"),
    **model("notifications_message", DESK, change=(DESK, DESK), copy=DESK),
    **verbs("notifications_message", "action", {DESK: "resend cancel"}),
    **model("notifications_suppression", BOSSES, delete=BOSSES),
    **model(
        "notifications_templatetext",
        "LEO",
        add="LEO",
        change=("LEO", "LEO"),
        copy="LEO",
        preview=(NOBODY, "LEO"),
    ),
    **verbs("notifications_templatetext", "action", {"LEO": "use test drop"}),
    **model("returns_creditinvoice", DESK, change=(DESK, DESK)),
    **{key: pair for name in OPERATORS for key, pair in model(name, NOBODY).items()},
}
DOORS: Rows = rows(
    **{
        "admin:index": LOGINS,
        "admin:pulse": LOGINS,
        "admin:search": LOGINS,
        "admin:rings": LOGINS,
        "admin:login": LOGINS,
        "admin:logout": PUBLIC,
        "admin:password_change": LOGINS,
        "admin:password_change_done": LOGINS,
        "admin:autocomplete": NOBODY,
        "admin:jsi18n": LOGINS,
        "admin:view_on_site": NOBODY,
        "admin:app_list": DESK,
        "portal:welcome": PUBLIC,
        "portal:track": PUBLIC,
        "portal:open_order": PUBLIC,
        "portal:order": "C",
        "portal:receive": "C",
        "portal:report": "C",
        # The world's order has no wish to cancel; tests/portal/test_cancel_mishaps.py knocks with one.
        "portal:cancel_outcome": NOBODY,
        "portal:cancel_answer": NOBODY,
        "portal:photo": "C",
        "portal:staff_photo": "ALKPNO",
        "portal:open_run": PUBLIC,
        "portal:run": "D",
        # Without the page's form token even the courier is sent back.
        "portal:ping": NOBODY,
        "portal:step": NOBODY,
        "shipping:desk": FLOOR,
        "shipping:list": FLOOR,
        "shipping:waybills": FLOOR,
        "shipping:upload": FLOOR,
        "shipping:upload_template": FLOOR,
        "shipping:slips": FLOOR,
        "shipping:tickets": FLOOR,
        "shipping:scan": FLOOR,
        "shipping:problem": FLOOR,
        "shipping:kitchen": FLOOR,
        "shipping:courier_code": FLOOR,
        "shipping:kitchen_act": FLOOR,
        "imports:list": BOSSES,
        "imports:template": BOSSES,
        "imports:show": BOSSES,
        "imports:columns": BOSSES,
        "imports:start": BOSSES,
        "imports:discard": BOSSES,
        "imports:rejects": BOSSES,
        "healthz": PUBLIC,
        "readyz": PUBLIC,
        # Only in development; empty in the tests.
        "mailbox:list": PUBLIC,
        "mailbox:mail": NOBODY,
        "mailbox:body": NOBODY,
        # Unsigned calls.
        "hooks:sweettracker": NOBODY,
        "hooks:anymail": NOBODY,
        "hooks:solapi": NOBODY,
        "hooks:toss": NOBODY,
        "hooks:portone": NOBODY,
        "hooks:stripe": NOBODY,
    }
)
# Forms that want the token of their own page, which no knock brings along.
FORMS: Rows = {"portal:cancel": ("C", NOBODY), "portal:refund_account": ("C", NOBODY)}
# Pages of the login package send people to and fro; here stands who is never let in.
ACCOUNT: dict[str, str] = {
    **dict.fromkeys(
        (
            "account_login",
            "account_inactive",
            "account_signup",
            "account_email_verification_sent",
            "account_confirm_email",
            "account_confirm_login_code",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key",
            "account_reset_password_from_key_done",
            "mfa_authenticate",
            "mfa_login_webauthn",
            "set_language",
        ),
        NOBODY,
    ),
    **dict.fromkeys(
        (
            "account_logout",
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
            "mfa_remove_webauthn",
            "mfa_edit_webauthn",
        ),
        "-CD",
    ),
}
TABLE: Rows = {**CONSOLE, **DOORS, **FORMS}
