"""Under which addresses does whoever is in do something? Like all others, they tell nothing."""

from __future__ import annotations

from django.urls import URLPattern

from forbear.interfaces.portal.view import (
    choices,
    data,
    hard,
    near,
    pay,
    promise,
    record,
    time,
    wechat,
    wrong,
)
from forbear.interfaces.web.access import Audience, page

INSIDE = Audience.INSIDE

acts: list[URLPattern] = [
    page("do/1/", pay.choose, name="pay", whom=INSIDE),
    page("do/1/<int:loan>/", pay.begin, name="pay_begin", whom=INSIDE),
    page("do/1/<int:loan>/details/", pay.transfer, name="pay_transfer", whom=INSIDE),
    page("do/1/at/<uuid:intent>/", pay.simulated, name="pay_simulated", whom=INSIDE),
    page("do/1/back/<uuid:intent>/", pay.back, name="pay_back", whom=INSIDE),
    page("do/1/later/", promise.promise, name="promise", whom=INSIDE),
    page("do/1/later/<str:ref>/", promise.withdraw, name="promise_withdraw", whom=INSIDE),
    page("do/2/", time.time, name="time", whom=INSIDE),
    page("do/2/choose/", time.choose, name="time_choose", whom=INSIDE),
    page("do/2/<str:ref>/", time.plan, name="plan", whom=INSIDE),
    page("do/2/<str:ref>/change/", time.change, name="plan_change", whom=INSIDE),
    page("do/2/<str:ref>/days.ics", time.days, name="plan_days", whom=INSIDE),
    page("do/3/", wrong.wrong, name="wrong", whom=INSIDE),
    page("do/3/a/<str:reason>/", wrong.dispute, name="dispute", whom=INSIDE),
    page("do/3/b/<str:reason>/", wrong.complaint, name="complaint", whom=INSIDE),
    page("do/3/<str:ref>/", wrong.filing, name="filing", whom=INSIDE),
    page("do/4/", hard.hard, name="hard", whom=INSIDE),
    page("do/5/", near.near, name="near", whom=INSIDE),
    page("set/", choices.choices, name="choices", whom=INSIDE),
    page("set/wechat/", wechat.wechat, name="wechat", whom=INSIDE),
    page("set/wechat/go/", wechat.go, name="wechat_go", whom=INSIDE),
    page("set/wechat/back/", wechat.back, name="wechat_back", whom=INSIDE),
    page("log/", record.record, name="record", whom=INSIDE),
    page("mine/", data.data, name="data", whom=INSIDE),
]
