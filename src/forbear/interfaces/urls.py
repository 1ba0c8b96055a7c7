"""Which address leads where, and for whom is it?

An address without its audience is refused at run time and by the tests.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as authenticator
from allauth.mfa.webauthn import views as key
from django.urls import URLPattern, URLResolver, include, path

from forbear.contexts.people.role import Permission
from forbear.interfaces.api.api import urls as api_urls
from forbear.interfaces.console.local_pages import LOCAL
from forbear.interfaces.console.pages import ADMIN, DESK, WATCH
from forbear.interfaces.console.sign_in.page import sign_in, sign_in_code, sign_in_demo
from forbear.interfaces.console.view import account as own
from forbear.interfaces.console.view import (
    board,
    case,
    contacts,
    payments,
    person,
    today,
    turn,
    work,
)
from forbear.interfaces.console.view.factor import recorded
from forbear.interfaces.console.view.inbox import inbox
from forbear.interfaces.console.view.message import message
from forbear.interfaces.console.view.queue import queue
from forbear.interfaces.console.view.search import search
from forbear.interfaces.console.view.sending import sending
from forbear.interfaces.web import health
from forbear.interfaces.web.access import Audience, page
from forbear.interfaces.web.account import account as account_tells
from forbear.interfaces.web.metric import metrics

PUBLIC, SIGNING_IN = Audience.PUBLIC, Audience.SIGNING_IN
ANY_STEP, SETTING_UP, STAFF = Audience.ANY_STEP, Audience.SETTING_UP, Audience.STAFF

handler400 = "forbear.interfaces.web.error.malformed"
handler403 = "forbear.interfaces.web.error.forbidden"
handler404 = "forbear.interfaces.web.error.missing"
handler429 = "forbear.interfaces.web.error.too_many"
handler500 = "forbear.interfaces.web.error.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    page("health/live", health.live, name="live", whom=Audience.PROBE),
    page("health/ready", health.ready, name="ready", whom=Audience.PROBE),
    page("metrics", metrics, name="metrics", whom=Audience.PROBE),
    # Where platforms tell what happened with an account; each is signed.
    page("w/<slug:name>/", account_tells, name="account_tells", whom=Audience.TOKEN),
    page("", today.today, name="today", whom=STAFF),
    page("plan/", today.plan, name="plan", whom=Permission.QUEUE_SEE),
    # A collector's desk.
    page("queue/", queue, name="queue", whom=Permission.QUEUE_SEE),
    page("queue/turn/", turn.turn, name="queue_turn", whom=Permission.CASE_WORK),
    page("inbox/", inbox, name="inbox", whom=Permission.PERSON_SEE),
    page("persons/<int:person>/", person.person, name="person", whom=Permission.PERSON_SEE),
    page(
        "persons/<int:person>/timeline/",
        person.person_timeline,
        name="person_timeline",
        whom=Permission.PERSON_SEE,
    ),
    page(
        "persons/<int:person>/reveal/",
        person.person_reveal,
        name="person_reveal",
        whom=Permission.VALUE_REVEAL,
    ),
    page("persons/<int:person>/call/", work.call, name="person_call", whom=Permission.CONTACT_MAKE),
    page(
        "persons/<int:person>/call/steer/",
        work.steer,
        name="person_call_steer",
        whom=Permission.CONTACT_MAKE,
    ),
    page(
        "persons/<int:person>/call/live/",
        work.live,
        name="person_call_live",
        whom=Permission.PERSON_SEE,
    ),
    page(
        "persons/<int:person>/verify/", work.verify, name="person_verify", whom=Permission.CASE_WORK
    ),
    page("persons/<int:person>/wrap-up/", work.wrap, name="person_wrap", whom=Permission.CASE_WORK),
    page("persons/<int:person>/note/", work.note, name="person_note", whom=Permission.CASE_WORK),
    page("persons/<int:person>/draft/", work.draft, name="person_draft", whom=Permission.CASE_WORK),
    page("persons/<int:person>/stay/", work.staying, name="person_stay", whom=Permission.CASE_WORK),
    page(
        "persons/<int:person>/callback/",
        work.callback,
        name="person_callback",
        whom=Permission.CASE_WORK,
    ),
    page(
        "persons/<int:person>/message/",
        message,
        name="person_message",
        whom=Permission.CONTACT_MAKE,
    ),
    page("cases/<int:case>/take/", case.take, name="case_take", whom=Permission.CASE_WORK),
    page("cases/<int:case>/release/", case.release, name="case_release", whom=Permission.CASE_WORK),
    page(
        "cases/<int:case>/take-over/",
        case.take_over,
        name="case_take_over",
        whom=Permission.CASE_ASSIGN,
    ),
    page("search/", search, name="search", whom=Permission.PERSON_SEE),
    page("cases/", board.cases, name="cases", whom=Permission.CASE_ASSIGN),
    page(
        "cases/hand-over/",
        board.hand_over_chosen,
        name="cases_hand_over",
        whom=Permission.CASE_ASSIGN,
    ),
    page(
        "cases/<int:case>/assign/",
        board.assign,
        name="case_assign",
        whom=Permission.CASE_ASSIGN,
    ),
    # How sending goes.
    page("contacts/", contacts.contacts, name="contacts", whom=Permission.CONTACTS_SEE),
    page("contacts/stop/", contacts.stop, name="contacts_stop", whom=Permission.SENDING_STOP),
    page("contacts/go/", contacts.go, name="contacts_go", whom=Permission.SENDING_RELEASE),
    page("sending/", sending, name="sending", whom=Permission.SENDING_RELEASE),
    *DESK,
    *WATCH,
    *ADMIN,
    *LOCAL,
    # Money that could not be booked, or is somebody's.
    page("payments/", payments.payments, name="payments", whom=Permission.PAYMENTS_MATCH),
    page("language/", own.language, name="language", whom=PUBLIC),
    # Signing in. The names are those by which allauth finds its own pages.
    page("sign-in/", sign_in, name="account_login", whom=PUBLIC),
    page("sign-in/code/", sign_in_code, name="mfa_authenticate", whom=SIGNING_IN),
    page("sign-in/demo/", sign_in_demo, name="sign_in_demo", whom=SIGNING_IN),
    page("sign-out/", account.logout, name="account_logout", whom=SIGNING_IN),
    page("me/password/", own.password, name="choose_password", whom=ANY_STEP),
    page("me/sessions/", own.sessions, name="sessions", whom=STAFF),
    # One's second factors.
    page("me/confirm/", account.reauthenticate, name="account_reauthenticate", whom=SETTING_UP),
    page("me/confirm/code/", factor.reauthenticate, name="mfa_reauthenticate", whom=STAFF),
    page(
        "me/confirm/key/",
        key.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
        whom=STAFF,
    ),
    page("me/factors/", factor.index, name="mfa_index", whom=SETTING_UP),
    page(
        "me/factors/app/",
        recorded(authenticator.activate_totp),
        name="mfa_activate_totp",
        whom=SETTING_UP,
    ),
    page(
        "me/factors/app/remove/",
        recorded(authenticator.deactivate_totp),
        name="mfa_deactivate_totp",
        whom=STAFF,
    ),
    page("me/factors/keys/", key.list_webauthn, name="mfa_list_webauthn", whom=STAFF),
    page(
        "me/factors/keys/add/",
        recorded(key.add_webauthn),
        name="mfa_add_webauthn",
        whom=SETTING_UP,
    ),
    page("me/factors/keys/<int:pk>/", key.edit_webauthn, name="mfa_edit_webauthn", whom=STAFF),
    page(
        "me/factors/keys/<int:pk>/remove/",
        recorded(key.remove_webauthn),
        name="mfa_remove_webauthn",
        whom=STAFF,
    ),
    page(
        "me/factors/codes/",
        recovery.view_recovery_codes,
        name="mfa_view_recovery_codes",
        whom=STAFF,
    ),
    page(
        "me/factors/codes/new/",
        recorded(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
        whom=STAFF,
    ),
    # The pages of the person who owes, and of whoever was contacted.
    path("p/", include("forbear.interfaces.portal.urls")),
    *api_urls,
]
