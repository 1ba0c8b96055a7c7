"""Models written by hand, so that a night with models needs no training."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from forbear.contexts.nightly.insight.registry import Registry
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.risk.calibration import Calibration
from forbear.engine.risk.feature import BY_NAME, HOUR_FEATURE
from forbear.engine.risk.judge import Bounds
from forbear.engine.risk.model import Form, Input, Model, Part
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.scorecard import Binning, Scorecard
from forbear.values.code import Channel

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
BOUNDS = Bounds(
    (100_000, 5_000_000), (250_000, 2_000_000), (250_000, 2_500_000), 3_000_000, 250_000, 875_000,
    200_000, 100_000,
)  # fmt: skip
FEATURES = ("late_half_year", "ahead_mean", "since_paid_days", "contacts_month", "left_share")
BINNINGS = (
    Binning((0.0, 1.0, 3.0), (-10, 15, 40, 70, 0)),
    Binning((0.5, 1.5), (10, 0, -10, 5)),
    Binning((10.0, 40.0), (-5, 0, 25, 3)),
    Binning((0.0, 2.0), (0, 8, 16, 0)),
    Binning((0.25, 0.75), (0, 5, 10, 0)),
)


def scorecard(base: float) -> Scorecard:
    return Scorecard(BINNINGS, base, 28.85)


def miss(version: int = 1) -> Model:
    return _model("miss", version, Target.MISS, None, Form.PROBABILITY, (Part(scorecard(-3.0)),))


def cure(version: int = 1) -> Model:
    """Who owes something pays all of it alone, more or less likely."""
    parts = (Part(scorecard(-1.0)),)
    return _model("cure", version, Target.CURE, None, Form.PROBABILITY, parts, share=0.3)


def complain(version: int = 1) -> Model:
    """A contact is complained of, more or less likely; a call twice as often as the usual one."""
    parts = (Part(scorecard(-4.0)),)
    made = _model("complain", version, Target.COMPLAIN, None, Form.PROBABILITY, parts, share=0.01)
    return replace(made, card={**made.card, "channels": {"VOICE": {"times": 2.0}}})


def roll(version: int = 1) -> Model:
    """Nothing of it is paid, more or less likely."""
    parts = (Part(scorecard(-0.5)),)
    return _model("roll", version, Target.ROLL, None, Form.PROBABILITY, parts, share=0.4)


def reach(channel: Channel, version: int = 1, *, hours_weight: float = 0.0) -> Model:
    """Somebody answers the channel, more likely in the evening."""
    binnings = (*BINNINGS, Binning((12.0, 18.0), (0, 0, 20, 0)))
    parts = (Part(Scorecard(binnings, -1.5, 28.85)),)
    made = _model(f"reach_{channel.value.lower()}", version, Target.REACH, channel,
                  Form.PROBABILITY, parts, share=0.2)  # fmt: skip
    inputs = (*made.inputs, Input(HOUR_FEATURE, "hour", "时"))
    return replace(made, inputs=inputs, card={**made.card, "hours": {"weight": hours_weight}})


def gain(channel: Channel, *, added: float, version: int = 1) -> Model:
    """A contact by the channel adds a steady share of whoever would else not pay."""
    arms = (
        Part(scorecard(-2.0), Calibration((-4.0, 2.0), (0.30 + added, 0.60 + added))),
        Part(scorecard(-2.0), Calibration((-4.0, 2.0), (0.30, 0.55))),
    )
    name = f"gain_{channel.value.lower()}"
    return _model(name, version, Target.GAIN, channel, Form.DIFFERENCE, arms)


def _model(
    name: str, version: int, target: Target, channel: Channel | None, form: Form,
    parts: tuple[Part, ...], share: float = 0.08,
) -> Model:  # fmt: skip
    inputs = tuple(Input(one, BY_NAME[one].en, BY_NAME[one].zh) for one in FEATURES)
    return Model(name, version, target, channel, form, inputs, parts, "0" * 64, {"share": share})


def let_count(workspace: Workspace, *models: Model) -> Registry:
    """Keep models and let two persons activate them."""
    registry = Registry(workspace)
    for model in models:
        registry.keep(model, by="ann", now=NOW)
        for person in ("ann", "ben"):
            registry.activate(model.name, model.version, by=person, now=NOW)
    return registry
