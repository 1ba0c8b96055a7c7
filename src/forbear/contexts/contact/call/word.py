"""How does a call end, and what does that mean for the rules that count?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.values.code import Code, Outcome


class CallEnd(Code):
    """The one way in which a call ended."""

    DESK_UNREACHED = "DESK_UNREACHED"
    """The collector's own telephone was not picked up, so the person was never dialled."""
    TAKEN_BACK = "TAKEN_BACK"
    """The gate refused at its second look, so the person was never dialled."""
    NOT_DIALLED = "NOT_DIALLED"
    """The call could not be begun: nothing left."""
    REFUSED_BY_TRUNK = "REFUSED_BY_TRUNK"
    """The trunk did not take the call: wrong sign-in, no credit, no common codec."""
    TRUNK_FAILED = "TRUNK_FAILED"
    """The trunk, or the way to it, does not work."""
    NO_SUCH_NUMBER = "NO_SUCH_NUMBER"
    BUSY = "BUSY"
    DECLINED = "DECLINED"
    """The called telephone turned the call away."""
    UNAVAILABLE = "UNAVAILABLE"
    """Switched off, or out of reach."""
    NO_ANSWER = "NO_ANSWER"
    """It rang for as long as we let it, or as the network does."""
    CALLED_OFF = "CALLED_OFF"
    """We ended it while it rang."""
    ABANDONED = "ABANDONED"
    """The person answered, and nobody was there: this must not happen."""
    PERSON_HUNG_UP = "PERSON_HUNG_UP"
    DESK_HUNG_UP = "DESK_HUNG_UP"
    WE_HUNG_UP = "WE_HUNG_UP"
    """A machine had said what it had to say, or a colleague ended the call from the page."""
    VOICEMAIL = "VOICEMAIL"
    """A machine answered."""
    MEDIA_LOST = "MEDIA_LOST"
    """Nothing was heard any more from the person's telephone, or from the collector's."""
    SWITCHBOARD_LOST = "SWITCHBOARD_LOST"
    """Our own process died during the call."""


class IncomingState(Code):
    """How far a call that somebody made to us has come."""

    RINGING = "RINGING"
    """A colleague's telephone rings, or a queue's; the caller hears that it rings."""
    ANSWERED = "ANSWERED"
    ENDED = "ENDED"


class IncomingEnd(Code):
    """How a call that somebody made to us ended."""

    TALKED = "TALKED"
    """A colleague took it."""
    NOBODY_FREE = "NOBODY_FREE"
    """Nobody picked up; the caller was told so and could ask to be called back."""
    CLOSED = "CLOSED"
    """It came outside the hours in which somebody is there; the same was said and offered."""
    GIVEN_UP = "GIVEN_UP"
    """The caller hung up before anybody answered."""
    TURNED_AWAY = "TURNED_AWAY"
    """Calls are not taken on this trunk, or the words for them have no sound."""
    LOST = "LOST"
    """Our own process died during the call."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one end means. ``outcome`` null: nothing left, or it follows from what was seen before.

    ``left``: the person's telephone may have been reached, so it counts for the rules.
    """

    outcome: Outcome | None
    left: bool
    sip: str
    en: str
    zh: str


ENDS: dict[CallEnd, Meaning] = {
    CallEnd.DESK_UNREACHED: Meaning(
        None, False, "", "The collector's telephone was not picked up", "催收员话机未接听"
    ),
    CallEnd.TAKEN_BACK: Meaning(
        None, False, "", "Taken back before it was dialled", "拨号前已撤回"
    ),
    CallEnd.NOT_DIALLED: Meaning(None, False, "", "Could not be dialled", "未能拨出"),
    CallEnd.REFUSED_BY_TRUNK: Meaning(
        Outcome.NOT_CONNECTED,
        False,
        "401 402 403 407 420 488 606",
        "The trunk did not take the call",
        "线路拒绝了呼叫",
    ),
    CallEnd.TRUNK_FAILED: Meaning(
        Outcome.NOT_CONNECTED, False, "408 5xx", "The trunk does not work", "线路故障"
    ),
    CallEnd.NO_SUCH_NUMBER: Meaning(
        Outcome.NOT_CONNECTED,
        True,
        "404 410 416 484 604",
        "No such number, or out of service",
        "空号或停机",
    ),
    CallEnd.BUSY: Meaning(Outcome.NOT_CONNECTED, True, "486 600", "Busy", "占线"),
    CallEnd.DECLINED: Meaning(Outcome.RANG, True, "603 607 608", "Turned away", "被拒接"),
    CallEnd.UNAVAILABLE: Meaning(
        Outcome.RANG, True, "480", "Switched off or out of reach", "关机或不在服务区"
    ),
    CallEnd.NO_ANSWER: Meaning(Outcome.RANG, True, "487", "Rang; nobody answered", "无人接听"),
    CallEnd.CALLED_OFF: Meaning(
        Outcome.RANG, True, "", "Ended from here while it rang", "振铃时由本方结束"
    ),
    CallEnd.ABANDONED: Meaning(
        Outcome.ANSWERED, True, "BYE", "Answered, and nobody was there", "接通后无人应答"
    ),
    CallEnd.PERSON_HUNG_UP: Meaning(
        Outcome.ANSWERED, True, "BYE", "The person hung up", "对方挂断"
    ),
    CallEnd.DESK_HUNG_UP: Meaning(
        Outcome.ANSWERED, True, "BYE", "The collector hung up", "催收员挂断"
    ),
    CallEnd.WE_HUNG_UP: Meaning(Outcome.ANSWERED, True, "BYE", "Ended from here", "由本方结束"),
    CallEnd.VOICEMAIL: Meaning(Outcome.VOICEMAIL, True, "BYE", "A machine answered", "语音信箱"),
    CallEnd.MEDIA_LOST: Meaning(Outcome.ANSWERED, True, "", "The connection was lost", "通话中断"),
    CallEnd.SWITCHBOARD_LOST: Meaning(
        None, True, "", "The switchboard stopped during the call", "通话期间话务程序中断"
    ),
}
"""What each end means. Where an outcome counts, the packs say."""


class CallState(Code):
    """Where a call stands that is under way."""

    DESK = "DESK"
    """The collector's telephone rings; nothing has left for the person."""
    DIALLING = "DIALLING"
    """The call is about to leave, or has left; nothing was heard of it yet."""
    RINGING = "RINGING"
    ANSWERED = "ANSWERED"
    """Both sides, or the person and a machine, are connected."""
    ENDED = "ENDED"


class CallWish(Code):
    """What somebody at a desk wants of a call under way."""

    HANG_UP = "HANG_UP"
    MUTE = "MUTE"
    UNMUTE = "UNMUTE"
    KEYS = "KEYS"
    """To press keys for the far side."""


class RingState(Code):
    """How far a call that somebody made to us has come in the browser of one colleague."""

    RINGING = "RINGING"
    TAKEN = "TAKEN"
    """They want it; the switchboard has not brought both together yet."""
    TALKING = "TALKING"
    PASSED = "PASSED"
    """They let it go on to the next."""
    OVER = "OVER"
    """It rings no more there: somebody took it, the caller gave up, or it rang long enough."""


class HeadsetState(Code):
    """How far the browser headset of a member of staff has come."""

    OFFERED = "OFFERED"
    """Their page asks to be connected; no switchboard has taken that up."""
    TAKEN = "TAKEN"
    ANSWERED = "ANSWERED"
    """The switchboard has said how it can be reached; no sound was heard yet."""
    CONNECTED = "CONNECTED"
    REFUSED = "REFUSED"
    LOST = "LOST"
    """Nothing was heard from it any more, or its page is no longer there."""
    ENDED = "ENDED"
    """They took it off."""


class HeadsetFault(Code):
    """Why a headset could not be connected, or was let go."""

    NOT_INSTALLED = "NOT_INSTALLED"
    """What headsets need is not installed where the switchboard runs."""
    FULL = "FULL"
    UNUSABLE = "UNUSABLE"
    """What the page offered cannot be understood, or speaks no codec that every browser has."""
    NO_WAY = "NO_WAY"
    """No sound came through: something between browser and switchboard lets none pass."""
    SILENT = "SILENT"
    """Nothing was heard from the browser any more."""
    PAGE_GONE = "PAGE_GONE"
    """Its page, or the session in which it was opened, has ended."""


class HeadsetTest(Code):
    """How far the test has come in which somebody hears themselves."""

    ASKED = "ASKED"
    LISTENING = "LISTENING"
    HEARD = "HEARD"
    QUIET = "QUIET"
    """Something was heard, too quiet for a conversation."""
    NOTHING = "NOTHING"


INCOMING_ENDS: dict[IncomingEnd, tuple[str, str, Outcome | None]] = {
    IncomingEnd.TALKED: ("a colleague took it", "同事接听", Outcome.ANSWERED),
    IncomingEnd.NOBODY_FREE: (
        "nobody picked up; that was said, and a call back offered",
        "无人接听；已如实告知并可请求回电",
        Outcome.RANG,
    ),
    IncomingEnd.CLOSED: (
        "outside staffed hours; the same was said and offered",
        "非服务时间；已如实告知并可请求回电",
        Outcome.RANG,
    ),
    IncomingEnd.GIVEN_UP: ("the caller hung up first", "对方先挂断", Outcome.RANG),
    IncomingEnd.TURNED_AWAY: (
        "calls to us are not taken on this trunk, or words have no sound",
        "该线路不接来电，或用语没有录音",
        Outcome.RANG,
    ),
    IncomingEnd.LOST: ("our own process died", "本方进程中断", None),
}
"""What each end means, in both languages, and as what the contact that the person began counts."""
