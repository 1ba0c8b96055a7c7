"""What can somebody do with models: train, judge anew, explain, list, watch?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from forbear.contexts.nightly.insight.gain import learn_gain
from forbear.contexts.nightly.insight.lesson import (
    Lesson,
    complaint_lesson,
    deal,
    enough,
    lesson_of,
    reach_lesson,
)
from forbear.contexts.nightly.insight.registry import Registry
from forbear.contexts.nightly.insight.settings import ModelSettings, open_model_settings
from forbear.contexts.nightly.insight.train import judged, learn, model_from, shares_in
from forbear.contexts.nightly.insight.trial import trials_of
from forbear.contexts.nightly.workspace import TableFolder, Workspace
from forbear.engine.risk.feature import BY_NAME, FEATURES, HOUR_FEATURE
from forbear.engine.risk.gather import BOOK_TABLES, features
from forbear.engine.risk.judge import GAIN_CHANNELS
from forbear.engine.risk.model import Form, Model, checksum_of
from forbear.engine.risk.outcome import OF_CONTACTS, Target, concerned
from forbear.values.code import Channel
from forbear.values.day import day_number
from forbear.values.errors import Denied, InvalidInput, NotFound

_BY_CHANNEL = (Target.REACH, Target.GAIN)
_RARE = (Target.GAIN, Target.COMPLAIN)
_SHARE_MIN = 1e-4


class StandsApart(Denied):
    """The person asked that no measured model weigh them; nobody may ask one."""

    code = "STANDS_APART"


def name_of(target: Target, channel: Channel | None) -> str:
    """Return the name under which models of a target are kept.

    Raises:
        InvalidInput: the target asks for a channel and has none, or the other way round.
    """
    if (channel is not None) != (target in _BY_CHANNEL):
        raise InvalidInput(
            f"{target.value} {'needs' if channel is None else 'takes no'} channel.",
            remedy="Add --channel for REACH and GAIN; leave it out for the others.",
            message_zh=f"{target.value} {'需要指定' if channel is None else '不按'}渠道。",
            remedy_zh="REACH 与 GAIN 请加 --channel，其余请勿加。",
        )
    return target.value.lower() + (f"_{channel.value.lower()}" if channel else "")


def target_named(word: str) -> Target:
    """Return the target of a word; InvalidInput when there is none."""
    return Target(_one_of(word, [one.value for one in Target]))


def channel_named(word: str) -> Channel:
    """Return the channel of a word; InvalidInput when there is none."""
    return Channel(_one_of(word, [one.value for one in Channel]))


def _one_of(word: str, known: list[str]) -> str:
    if word.upper() not in known:
        raise InvalidInput(
            f"{word[:40]!r} is not known.",
            remedy=f"Use one of {', '.join(known)}.",
            message_zh=f"无法识别 {word[:40]!r}。",
            remedy_zh=f"可用：{'、'.join(known)}。",
        )
    return word.upper()


def worse_for(target: Target) -> list[int]:
    """Return how each feature must point for a target: a cure is the opposite of lateness."""
    if target in OF_CONTACTS:
        return [0] * (len(FEATURES) + (target is Target.REACH))
    sign = -1 if target is Target.CURE else 1
    return [sign * feature.worse for feature in FEATURES]


def train(
    workspace: Workspace, target: Target, channel: Channel | None, *, readable: bool, by: str,
    now: datetime,
) -> Model:  # fmt: skip
    """Learn a model from the current book and keep it as a new version, which does not count yet.

    ``readable`` learns the scorecard alone, which needs no other package.

    Raises:
        NotFound: there is no book.
        InvalidInput: there is too little to learn from, or LightGBM is not installed.
    """
    name, settings, registry = name_of(target, channel), open_model_settings(), Registry(workspace)
    book = workspace.current_book()
    grows = settings.contact_growth if target in _RARE else settings.growth
    growth = None if readable else grows
    about = {
        "trained_at": now.isoformat(timespec="seconds"),
        "by": by,
        "book_id": book.manifest["book_id"],
        "book_date": book.manifest["book_date"],
        "limits_en": _LIMITS_EN,
        "limits_zh": _LIMITS_ZH,
    }
    version = registry.next_version(name)
    if target is Target.GAIN:
        assert channel is not None  # name_of has seen to it
        asked = dict.fromkeys([channel] if readable else [channel, *GAIN_CHANNELS])
        trials = trials_of(workspace, asked, horizon_days=settings.gain_horizon_days)
        trial = trials.pop(channel)
        beside = [each for each in trials.values() if each.treated.sum() >= settings.gain_rows_min]
        model = learn_gain(trial, channel, name=name, version=version, settings=settings,
                           growth=growth, about=about, beside=beside)  # fmt: skip
    else:
        lesson = _lesson(book, target, channel, settings)
        enough(lesson, rows_min=settings.rows_min, hits_min=settings.hits_min)
        dealt = deal(lesson)
        learned = learn(dealt, worse=worse_for(target), growth=growth,
                        may_lose=settings.scorecard_may_lose,
                        may_move=settings.limits.stability_max)  # fmt: skip
        model = model_from(learned, dealt, name=name, version=version, target=target,
                           channel=channel, settings=settings, about=about)  # fmt: skip
    registry.keep(model, by=by, now=now)
    return model


_LIMITS_EN = (
    "Learned from this lender's past alone; people unlike it are judged badly. It says what is "
    "likely, never why, and nothing of a person's will. It may not be used to refuse credit, to "
    "set a price, or to press anybody."
)
_LIMITS_ZH = (
    "仅从本机构的历史中学习，对历史中少见的人判断不准。它只说可能性，不说原因，更不评判个人意愿。"
    "不得用于拒绝授信、定价或施压。"
)


def _lesson(
    book: TableFolder, target: Target, channel: Channel | None, settings: ModelSettings
) -> Lesson:
    if target is Target.REACH:
        assert channel is not None  # name_of has seen to it
        return reach_lesson(book, channel, days=settings.days + 1)
    if target is Target.COMPLAIN:
        return complaint_lesson(book, days=settings.days + 1)
    return lesson_of(book, target, days=settings.days)


def evaluate(workspace: Workspace, name: str, version: int | None) -> dict[str, Any]:
    """Judge a kept model on the current book, on persons that it never learned from.

    Raises:
        NotFound, ModelInvalid: there is none, or it is not whole.
        InvalidInput: it is a gain, which only its own nights can judge.
    """
    model, settings = Registry(workspace).model(name, version), open_model_settings()
    if model.target is Target.GAIN:
        raise InvalidInput(
            "What a contact changes is judged when it is learned, from the lots of past nights.",
            remedy=f"Read the card: forbear models list --name {name}",
            message_zh="联系带来的改变在训练时依据历次抽签评估。",
            remedy_zh=f"请查看卡片：forbear models list --name {name}",
        )
    lesson = _lesson(workspace.current_book(), model.target, model.channel, settings)
    # A model of an earlier day may know fewer features than there are now.
    place = [lesson.names.index(name) for name in model.features]
    columns = tuple(lesson.columns[at] for at in place)
    dealt = deal(replace(lesson, names=model.features, columns=columns))
    figures = judged(model.parts[0], dealt)
    return {"name": name, "version": model.version, "rows": dealt.judging.rows, **figures}


@dataclass(frozen=True, slots=True)
class Explained:
    """What a model says of a person, and from what."""

    name: str
    version: int
    answer: float
    reasons: tuple[dict[str, Any], ...]


def explain(workspace: Workspace, person: str) -> tuple[Explained, ...]:
    """Say what each model that counts says of a person today, and which facts say most of it.

    Raises:
        NotFound: there is no book, or nobody of that id in it.
        StandsApart: the person asked that no model weigh them.
    """
    book = workspace.current_book()
    told = book.scan("debtor").filter(pl.col("debtor_id") == person).select("debtor_no").collect()
    if told.is_empty():
        raise NotFound(
            "There is no person of that id in the book.",
            remedy="Use the lender's debtor_id.",
            message_zh="账簿中没有该编号的人。",
            remedy_zh="请使用机构的 debtor_id。",
        )
    said = features_of(book, debtor_no=int(told.item()))
    if said.is_empty():
        raise StandsApart(
            "This person asked that no measured model weigh them.",
            remedy="The house's tables count for them; read why in their row of the agenda.",
            message_zh="此人已要求不使用模型评估。",
            remedy_zh="对其按机构表格数值安排，理由见当日计划中的说明。",
        )
    found = []
    for model in Registry(workspace).trusted().models:
        if any(one not in BY_NAME for one in model.features):
            continue
        columns = columns_of(said, model.features)
        reasons = tuple(
            {
                "feature": model.inputs[at].name,
                "en": model.inputs[at].en,
                "zh": model.inputs[at].zh,
                "value": said[model.inputs[at].name].item(),
            }
            for at in model.reasons(columns)[0]
        )
        found.append(Explained(model.name, model.version, float(model.answer(columns)[0]), reasons))
    return tuple(found)


def features_of(book: TableFolder, *, debtor_no: int | None = None) -> pl.DataFrame:
    """Return the features of everybody, or one person, on the book's own day."""
    as_of = day_number(date.fromisoformat(book.manifest["book_date"]))
    tables = {name: nw.from_native(book.scan(name)) for name in BOOK_TABLES}
    if debtor_no is not None:
        tables = _of_one(tables, debtor_no)
    found: pl.DataFrame = features(tables, as_of=as_of).collect("polars").to_native()
    return found


def _of_one(tables: Mapping[str, nw.LazyFrame], debtor_no: int) -> dict[str, nw.LazyFrame]:
    loans = tables["loan"].filter(nw.col("debtor_no") == debtor_no)
    mine = loans.select("loan_no")
    return {
        name: frame.filter(nw.col("debtor_no") == debtor_no)
        if name not in ("instalment", "payment")
        else frame.join(mine, on="loan_no", how="inner")
        for name, frame in {**tables, "loan": loans}.items()
    }


def columns_of(said: pl.DataFrame, names: Sequence[str]) -> list[np.ndarray]:
    """Return some features as arrays, missing as NaN."""
    return [said[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in names]


def monitor(workspace: Workspace) -> list[dict[str, Any]]:
    """Hold today's book beside what each model that counts was learned from.

    Says how far each feature and the answers have moved (population stability index), and, where
    outcomes are known by now, how far what was said lies from what came.

    Raises:
        NotFound: there is no book.
    """
    settings, book = open_model_settings(), workspace.current_book()
    said = features_of(book)
    found = []
    for model in Registry(workspace).trusted().models:
        those = concerned_of(said, model.target)
        indexes = {
            name: moved(those[name].cast(pl.Float64).fill_null(float("nan")).to_numpy(), parts)
            for name, parts in model.card.get("feature_parts", {}).items()
            if name in those.columns
        }
        told = {
            "name": model.name,
            "version": model.version,
            "features_moved": {
                name: round(index, 4)
                for name, index in sorted(indexes.items(), key=lambda item: -item[1])[:5]
            },
        }
        warn = [name for name, index in indexes.items() if index > settings.stability_warn]
        if model.card.get("score_parts") and HOUR_FEATURE not in model.features:
            answers = model.answer(columns_of(those, model.features))
            told["answers_moved"] = round(moved(answers, model.card["score_parts"]), 4)
            if told["answers_moved"] > settings.stability_warn:
                warn.append("answers")
        if model.form is Form.PROBABILITY and model.target is not Target.REACH:
            figures = evaluate(workspace, model.name, model.version)
            told |= {key: figures[key] for key in ("auc", "calibration_error", "rows")}
            if figures["calibration_error"] > settings.calibration_error_warn:
                warn.append("calibration_error")
        found.append({**told, "warn": warn})
    return found


def concerned_of(said: pl.DataFrame, target: Target) -> pl.DataFrame:
    """Return those of whom the target is asked; the others would look like a change."""
    unpaid, coming = (said[name].to_numpy() > 0 for name in ("unpaid_count", "left_count"))
    return said.filter(pl.Series(concerned(target, unpaid=unpaid, coming=coming)))


def moved(values: np.ndarray, parts: Mapping[str, Any]) -> float:
    """Return the stability index of values beside the parts that a card keeps of a feature."""
    after = shares_in(values, np.array(parts["cuts"]))
    index = 0.0
    for was, now in zip(parts["shares"], after, strict=True):
        low, high = max(was, _SHARE_MIN), max(now, _SHARE_MIN)
        index += (high - low) * float(np.log(high / low)) if max(was, now) > 0 else 0.0
    return index


def listed(workspace: Workspace) -> list[dict[str, Any]]:
    """Return every version of every model, whether it counts, and what it is worth."""
    registry = Registry(workspace)
    counting = {name: events[-1].version for name, events in registry.active().items()}
    trusted = registry.trusted()
    used = {model.name: model.version for model in trusted.models}
    found = []
    for name in registry.names():
        for version in registry.versions(name):
            told: dict[str, Any] = {"name": name, "version": version}
            told["counts"] = used.get(name) == version
            told["activated"] = counting.get(name) == version
            try:
                model = registry.model(name, version)
                told |= {
                    "checksum": checksum_of(registry.text(name, version)),
                    "target": model.target.value,
                    "chosen": model.card.get("chosen"),
                    "figures": model.card.get("figures"),
                    "missed": model.card.get("missed"),
                    "trained_at": model.card.get("trained_at"),
                }
            except InvalidInput as error:
                told |= {"error": error.message, "error_zh": error.message_zh}
            found.append(told)
    return found
