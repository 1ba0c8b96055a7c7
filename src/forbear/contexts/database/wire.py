"""How do several statements travel to the database as one piece, and their answers back as one?

The driver has a pipeline of its own, which sends and looks up for every statement by itself; for
twelve small ones that costs more than what the database does. Here all are written into the
connection's buffer, sent, and waited for once. The driver's own list of what is prepared is used
and kept up to date, so that its cursors and this module never disagree about a connection; that
list is internal to the driver, whose version is bounded for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import errors, generators
from psycopg._preparing import Prepare
from psycopg._queries import _query2pg
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

Values = Sequence[object] | Mapping[str, object]
Question = tuple[str, Values]
"""A statement with its values."""
Rows = list[tuple[Any, ...]]


class _Sent(NamedTuple):
    """A statement as the driver's list of prepared ones knows it."""

    query: bytes
    types: tuple[int, ...]
    prepare: Prepare = Prepare.NO
    name: bytes = b""
    key: Any = None


def at_once(raw: psycopg.Connection[Any], questions: Sequence[Question]) -> list[Rows]:
    """Run statements one after another, each seeing what was committed before it began.

    Opens a transaction where the connection has none and does not commit by itself.

    Raises:
        psycopg.Error: the first fault; no statement behind it was run.
    """
    if raw._prepared._to_flush:  # noqa: SLF001  # what the driver has yet to tidy up
        raw.wait(raw._prepared.maintain_gen(raw))  # noqa: SLF001
    pgconn, tx = raw.pgconn, Transformer(raw)
    with raw.lock:
        pgconn.enter_pipeline_mode()
        try:
            begins = not raw.autocommit and pgconn.transaction_status == TransactionStatus.IDLE
            if begins:
                pgconn.send_query_params(raw._get_tx_start_command(), None)  # noqa: SLF001
            sent = [_send(raw, tx, statement, values) for statement, values in questions]
            pgconn.pipeline_sync()
            answers = raw.wait(_answers(raw, sent, begins=begins))
        finally:
            if pgconn.status == ConnStatus.OK:
                pgconn.exit_pipeline_mode()
    return [_rows(tx, answer) for answer in answers]


def _send(raw: psycopg.Connection[Any], tx: Transformer, statement: str, values: Values) -> _Sent:
    query, formats, order, _ = _query2pg(statement.encode(), tx.encoding)
    given = [values[name] for name in order] if order is not None else list(values)
    out = tx.dump_sequence(given, formats)
    sent = _Sent(query, tuple(tx.types or ()))
    prepared, pgconn = raw._prepared, raw.pgconn  # noqa: SLF001
    prepare, name = prepared.get(sent)
    if prepare is Prepare.NO:
        pgconn.send_query_params(query, out, param_types=sent.types, param_formats=tx.formats)
    else:
        if prepare is Prepare.SHOULD:
            pgconn.send_prepare(name, query, param_types=sent.types)
        pgconn.send_query_prepared(name, out, param_formats=tx.formats)
    key = prepared.maybe_add_to_cache(sent, prepare, name)
    return sent._replace(prepare=prepare, name=name, key=key)


def _answers(raw: psycopg.Connection[Any], sent: Sequence[_Sent], *, begins: bool) -> PQGen[Any]:
    """Take every answer from the wire, also behind a fault, so that none is left in it."""
    pgconn = raw.pgconn
    yield from generators.send(pgconn)
    answers: list[Any] = []
    came: list[Any] = []
    if begins:
        came += yield from generators.fetch_many(pgconn)
    for one in sent:
        if one.prepare is Prepare.SHOULD:
            came += yield from generators.fetch_many(pgconn)
        results = yield from generators.fetch_many(pgconn)
        if one.key is not None:
            raw._prepared.validate(one.key, one.prepare, one.name, results)  # noqa: SLF001
        came += results
        answers.append(results[0])
    yield from generators.fetch_many(pgconn)
    for answer in came:
        _check(raw, answer)
    return answers


def _check(raw: psycopg.Connection[Any], answer: Any) -> None:
    if answer.status == ExecStatus.FATAL_ERROR:
        raise errors.error_from_result(answer, encoding=raw.info.encoding)
    if answer.status == ExecStatus.PIPELINE_ABORTED:
        raise errors.PipelineAborted("a statement before this one failed")


def _rows(tx: Transformer, answer: Any) -> Rows:
    if not answer.nfields:
        return []
    tx.set_pgresult(answer)
    return tx.load_rows(0, answer.ntuples, tuple)
