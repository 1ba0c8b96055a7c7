"""Which addresses do those have who watch over the work?"""

from __future__ import annotations

from django.urls import URLPattern

from forbear.contexts.people.role import Permission
from forbear.interfaces.console.view import (
    approval,
    arrange,
    contact,
    door,
    figures,
    file_in,
    filing,
    headset,
    heard,
    live,
    models,
    moment,
    own,
    particular,
    quality,
    record,
    recording,
    refusals,
    ring,
    rules,
    staff,
    system,
    weighing,
    words,
)
from forbear.interfaces.web.access import page

_P = Permission

WATCH: tuple[URLPattern, ...] = (
    # What was let through and what was not, and why.
    page("contacts/<uuid:permit>/", contact.contact, name="contact", whom=_P.PERSON_SEE),
    page(
        "contacts/<uuid:permit>/words/",
        contact.contact_words,
        name="contact_words",
        whom=_P.VALUE_REVEAL,
    ),
    page(
        "contacts/<uuid:permit>/proof/",
        contact.contact_proof,
        name="contact_proof",
        whom=_P.AUDIT_SEE,
    ),
    page("refusals/", refusals.refused, name="refusals", whom=_P.PERSON_SEE),
    # What people put before the lender.
    page("filings/", filing.filings, name="filings", whom=_P.FILINGS_WORK),
    page("filings/<int:filing>/", filing.filing, name="filing", whom=_P.PERSON_SEE),
    page(
        "filings/<int:filing>/open/", filing.filing_open, name="filing_open", whom=_P.VALUE_REVEAL
    ),
    page(
        "filings/<int:filing>/step/", filing.filing_step, name="filing_step", whom=_P.FILINGS_TAKE
    ),
    page(
        "filings/<int:filing>/files/",
        filing.filing_attach,
        name="filing_attach",
        whom=_P.FILINGS_TAKE,
    ),
    page(
        "filings/files/<uuid:file>/", filing.filing_file, name="filing_file", whom=_P.VALUE_REVEAL
    ),
    page(
        "filings/<int:filing>/export/",
        filing.filing_export,
        name="filing_export",
        whom=_P.FILINGS_WORK,
    ),
    # The rules, and the record of what was done.
    page("rules/", rules.rules, name="rules", whom=_P.RULES_MANAGE),
    page("rules/own/", own.own_rules, name="own_rules", whom=_P.RULES_MANAGE),
    page("rules/own/new/", own.own_rule_new, name="own_rule_new", whom=_P.RULES_MANAGE),
    page("rules/own/<int:row>/", own.own_rule, name="own_rule", whom=_P.RULES_MANAGE),
    page("record/", record.record, name="record", whom=_P.AUDIT_SEE),
    page("record/check/", record.record_check, name="record_check", whom=_P.AUDIT_SEE),
    page("record/looks/", record.looks, name="looks", whom=_P.REVEALS_SEE),
    # How the teams stand, and what waits for a second person.
    page("board/", live.team_board, name="team_board", whom=_P.CASE_ASSIGN),
    page("board/wall/", live.wall, name="wall", whom=_P.CONTACTS_SEE),
    page("approvals/", approval.approvals, name="approvals", whom=_P.APPROVE),
    page("approvals/<int:approval>/", approval.decide, name="approval_decide", whom=_P.APPROVE),
    # Calls drawn by lot.
    page("quality/", quality.quality, name="quality", whom=_P.QUALITY_SCORE),
    page(
        "quality/<int:card_id>/", quality.quality_card, name="quality_card", whom=_P.QUALITY_SCORE
    ),
    # What was recorded, and who listens to it.
    page("recordings/", recording.recordings, name="recordings", whom=_P.QUALITY_SCORE),
    page("recordings/<uuid:ident>/", recording.recording, name="recording", whom=_P.QUALITY_SCORE),
    page(
        "recordings/<uuid:ident>/sound/",
        recording.sound,
        name="recording_sound",
        whom=_P.QUALITY_SCORE,
    ),
    # What was said in calls, by the moments that somebody should look at.
    page("moments/", moment.moments, name="moments", whom=_P.QUALITY_SCORE),
    page(
        "recordings/<uuid:ident>/moments/<int:moment>/",
        moment.decide,
        name="moment_decide",
        whom=_P.QUALITY_SCORE,
    ),
    page("coaching/", quality.coaching, name="coaching", whom=_P.CASE_WORK),
    # The book in figures.
    page("figures/", figures.figures, name="figures", whom=_P.REPORT_SEE),
    page("figures/table/", figures.figures_table, name="figures_table", whom=_P.REPORT_SEE),
    # What was learned from the past, and who lets it count.
    page("models/", models.models, name="models", whom=_P.REPORT_SEE),
    page("models/card/", models.card, name="model_card", whom=_P.REPORT_SEE),
    page("models/decide/", models.decide, name="model_decide", whom=_P.MODELS_DECIDE),
)

DESK: tuple[URLPattern, ...] = (
    # Their browser as their telephone.
    page("headset/", headset.headset, name="headset", whom=_P.CONTACT_MAKE),
    page("headset/servers/", headset.servers, name="headset_servers", whom=_P.CONTACT_MAKE),
    page("headset/offer/", headset.offer, name="headset_offer", whom=_P.CONTACT_MAKE),
    page("headset/state/", headset.state, name="headset_state", whom=_P.CONTACT_MAKE),
    page("headset/end/", headset.end, name="headset_end", whom=_P.CONTACT_MAKE),
    page("headset/try/", headset.hear_oneself, name="headset_try", whom=_P.CONTACT_MAKE),
    # Calls to us that ring there.
    page("headset/ring/", ring.ring, name="ring", whom=_P.CONTACT_MAKE),
    page("headset/ring/take/", ring.take, name="ring_take", whom=_P.CONTACT_MAKE),
    page("headset/ring/pass/", ring.let_go, name="ring_pass", whom=_P.CONTACT_MAKE),
    page("headset/ring/steer/", ring.steer, name="ring_steer", whom=_P.CONTACT_MAKE),
    # What they said, and what the assistant suggests.
    page("persons/<int:person>/heard/", heard.heard, name="person_heard", whom=_P.PERSON_SEE),
    # What a person agrees to, and what they put before the lender.
    page("persons/<int:person>/file/", file_in.file_in, name="person_file", whom=_P.FILINGS_TAKE),
    page(
        "persons/<int:person>/weighing/",
        weighing.weigh,
        name="person_weighing",
        whom=_P.PERSON_CHANGE,
    ),
    page("persons/<int:person>/door/", door.open_again, name="person_door", whom=_P.PERSON_CHANGE),
    page(
        "persons/<int:person>/promise/",
        arrange.promise,
        name="person_promise",
        whom=_P.ARRANGEMENT_MAKE,
    ),
    page(
        "persons/<int:person>/promise/back/",
        arrange.promise_back,
        name="person_promise_back",
        whom=_P.ARRANGEMENT_MAKE,
    ),
    page(
        "persons/<int:person>/arrange/",
        arrange.arrange,
        name="person_arrange",
        whom=_P.ARRANGEMENT_MAKE,
    ),
)

ADMIN: tuple[URLPattern, ...] = (
    # Who works here, and which systems call.
    page("staff/", staff.staff, name="staff", whom=_P.STAFF_MANAGE),
    page("staff/<int:staff_id>/", staff.member, name="staff_member", whom=_P.STAFF_MANAGE),
    page("staff/teams/", staff.teams, name="teams", whom=_P.STAFF_MANAGE),
    page("systems/", system.systems, name="systems", whom=_P.TOKENS_MANAGE),
    # What is said, and what products agree.
    page("rules/messages/", words.wordings, name="wordings", whom=_P.REPORT_SEE),
    page("rules/products/", words.products, name="products", whom=_P.REPORT_SEE),
    page("staff/lender/", particular.lender, name="lender", whom=_P.REPORT_SEE),
    page("staff/lender/change/", particular.particular, name="particular", whom=_P.REPORT_SEE),
)
