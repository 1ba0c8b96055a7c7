"""Every action says who and when, is one transaction, and leaves an entry in the audit."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
# It writes the entries itself.
EXCEPT = {"forbear.contexts.audit.actions"}


@dataclass
class Module:
    """A module's functions by name, and where the names that it imports come from."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)


class House:
    """The modules below a folder, read once each."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self._read: dict[str, Module] = {}

    def action_modules(self) -> list[str]:
        folder = self.source / "forbear" / "contexts"
        files = [*folder.glob("*/actions.py"), *folder.glob("*/actions/**/*.py")]
        names = [
            ".".join(file.relative_to(self.source).with_suffix("").parts).removesuffix(".__init__")
            for file in files
        ]
        return sorted(set(names) - EXCEPT)

    def module(self, name: str) -> Module:
        if name not in self._read:
            self._read[name] = self._parsed(name)
        return self._read[name]

    def _parsed(self, name: str) -> Module:
        path = self.source.joinpath(*name.split("."))
        file = (
            path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        )
        found = Module()
        if not name.startswith("forbear.contexts") or not file.is_file():
            return found
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                for each in node.body:
                    if isinstance(each, ast.FunctionDef):
                        found.functions[f"{node.name}.{each.name}"] = each
            elif isinstance(node, ast.ImportFrom) and node.module:
                for each in node.names:
                    found.imported[each.asname or each.name] = (node.module, each.name)
        return found

    def reaches(self, module: str, function: str, wanted: tuple[str, str]) -> bool:
        """Whether a function calls another one, itself or through what it calls."""
        return any(found == wanted for found in self._called(module, function, set()))

    def _called(
        self, module: str, function: str, seen: set[tuple[str, str]]
    ) -> Iterator[tuple[str, str]]:
        if (module, function) in seen:
            return
        seen.add((module, function))
        here = self.module(module)
        node = here.functions.get(function)
        if node is None:
            if function in here.imported:
                yield from self._called(*here.imported[function], seen)
            return
        for name in _names_called(node):
            at = (module, name) if name in here.functions else here.imported.get(name)
            if at is not None:
                yield at
                # To write an entry asks for a transaction too, and makes no action a helper.
                if at[0] not in EXCEPT:
                    yield from self._called(*at, seen)


def _names_called(node: ast.FunctionDef) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            yield each.func.id


ACTING = ("forbear.contexts.database.transaction", "acting")
REQUIRED = ("forbear.contexts.database.transaction", "required")
RECORD = ("forbear.contexts.audit.actions", "record")


def breaches(source: Path) -> list[str]:
    """Return what is wrong with public functions of the action modules below a folder."""
    house, found = House(source), []
    for module in house.action_modules():
        for name, node in house.module(module).functions.items():
            if name.startswith("_") or "." in name:
                continue
            reaches = _asker(house, module, name)
            # A helper runs inside somebody else's action and says so by asking for it.
            if not reaches(ACTING) and reaches(REQUIRED):
                continue
            lacks = [
                *(f"takes no {each}" for each in ("actor", "now") if each not in _keywords(node)),
                *(["opens no acting(actor)"] if not reaches(ACTING) else []),
                *(["writes no audit entry"] if not reaches(RECORD) else []),
            ]
            found += [f"{module}.{name} {each}" for each in lacks]
    return found


# Transactions of an action's kind that write no entry, each with its reason.
SILENT = {
    "access.enter.ask_by_link": "a question is counted; the code that is sent has its entry",
    "access.enter.ask_by_number": "the same",
    "access.limit.take_question": "a stranger's question is counted; nothing of it is kept",
    "audit.checkpoint.sign_if_due": "it signs the record",
    "audit.sequencer.top_entry": "it looks at the record",
    "audit.sequencer._sequence": "it gives entries their places",
    "exchange.answered.answer_once": "it keeps the answer of an action, which has its entry",
    "exchange.answered._claim": "a key is taken for such an answer",
    "exchange.deliver._claimed": "a lease; the change to be told has its entry",
    "exchange.deliver._secret": "it opens the secret with which that is signed",
    "exchange.deliver._keep": "whether a system heard of a change that has its entry",
    "cases.campaign.alive.beat": "a sign of life",
    "cases.campaign.alive.leave": "the end of one",
    "cases.campaign.ask._due": "a lease; the gate's decision has its entry",
    "cases.outing.ask._due": "a lease; the gate's decision has its entry",
    "cases.campaign.ask._keep": "what the gate answered, which has its entry",
    "cases.campaign.cascade.begin_cascades": "nothing is asked yet; each step has its entry",
    "cases.campaign.done.mark_done": "the contact that was made has its entry",
    "cases.campaign.layout.lay_out": "the agenda's loading has its entry; nothing is asked yet",
    "cases.actions.call._forget": "a call that the gate refused; its decision has its entry",
    "cases.desk.claim.stay": "a lease goes on; its taking has its entry",
    "cases.desk.draft.keep_draft": "what is begun to be written; the note has its entry",
    "contact.caller.check.check_code": "a stranger's question is counted; nothing is changed",
    "contact.caller.check.check_number": "the same",
    "contact.caller.check.check_time": "the same",
    "contact.gate.back.leave_to_others": "nothing has left; it waits for another process",
    "contact.call.headset.see_headset": "a sign of life of a page",
    "contact.call.headset_work.answer_offer": "how both ends are reached; connected has an entry",
    "contact.call.headset_work.beat_headsets": "a sign of life",
    "contact.call.headset_work.note_test": "how loud somebody was; that they asked has an entry",
    "contact.call.headset_work.refuse_offer": "nothing was connected; the offer has its entry",
    "contact.call.headset_work.take_offers": "a lease on what was offered",
    "contact.call.ring_work.end_rings": "where it rings; the call's end is the contact's outcome",
    "contact.call.ring_work.ring_at": "where it rings; the call itself has its entry",
    "contact.call.ring_work.stop_ring": "the same",
    "contact.call.ring_work.take_ring_wish": "whose wish it was has its entry",
    "contact.call.ring_work.talks_at": "who took it, and the contact's outcome, have entries",
    "contact.call.live.beat": "a sign of life",
    "contact.call.live.close_call": "how far a call has come; the gate's answer has its entry",
    "contact.call.live.mark_dialling": "the same; the intent has its entry",
    "contact.call.live.open_call": "the same; nothing has left",
    "contact.call.live.stand_at": "the same; its outcome has its entry",
    "contact.call.live.take_lost": "a lease on what a dead process left",
    "contact.call.live.take_wishes": "whose wish it was has its entry",
    "contact.gate.claim.claim": "a lease; nothing has left, and nobody's rights changed",
    "contact.gate.settle._due": "whose turn it is to be asked about; asking changes nothing",
    "contact.channels.smpp.store.Store.begin": "the intent of the same contact has its entry",
    "contact.channels.smpp.store.Store.answered": "the gate enters what the carrier answered",
    "contact.channels.smpp.store.Store.keep": "as it came; the gate enters what it means",
    "contact.channels.smpp.store.Store.ripe": "the same",
    "contact.channels.smpp.store.Store.overdue": "whose turn it is to be asked about",
    "contact.channels.smpp.keeper.Keeper._keep": "as it came; working on it writes the entry",
    "contact.channels.wechat.sent.Sent.begin": "the intent of the same contact has its entry",
    "contact.channels.wechat.sent.Sent.answered": "the gate enters what the platform answered",
    "contact.channels.wechat.sent.Sent.told": "what the gate took already; its entry stands",
    "contact.channels.wechat.sent.Sent.named": "the gate enters how it ended",
    "contact.channels.wechat.sent.Sent.due": "whose turn it is to be asked about",
    "contact.channels.wechat.access.Access._lease": "whose turn it is to fetch a token",
    "contact.channels.wechat.access.Access._renewed": "a token is no fact about anybody",
    "contact.channels.wechat.access.Access.spent": "the same",
    "contact.call.incoming.beat_incoming": "a sign of life",
    "contact.call.incoming.rings_at": "whose telephone rings; who takes the call has an entry",
    "contact.call.incoming.ended": "as the trunk says; what counts has its entry",
    "contact.transcript.machine._claim": "a lease; opening the sound has its entry",
    "contact.transcript.machine._failed": "the end of that lease",
    "contact.inbound.keep.keep": "the same",
    "contact.inbound.work._put_off": "whose turn it is again",
    "contact.inbound.work._tell": "that others were told; each writes its own entry",
}


def silent(source: Path) -> list[str]:
    """Return functions of whatever module below the contexts that act and write no entry."""
    house, found = House(source), []
    contexts = source / "forbear" / "contexts"
    for file in sorted(contexts.rglob("*.py")):
        parts = file.relative_to(source).with_suffix("").parts
        module = ".".join(parts).removesuffix(".__init__")
        for name, node in house.module(module).functions.items():
            here = house.module(module)
            acts = any(here.imported.get(each) == ACTING for each in _names_called(node))
            if acts and not house.reaches(module, name, RECORD):
                found.append(f"{module}.{name}".removeprefix("forbear.contexts."))
    return found


def _asker(house: House, module: str, name: str) -> Callable[[tuple[str, str]], bool]:
    return lambda wanted: house.reaches(module, name, wanted)


def _keywords(node: ast.FunctionDef) -> set[str]:
    return {each.arg for each in node.args.kwonlyargs}


def test_every_action_says_who_and_when_in_one_transaction_with_an_entry():
    assert breaches(SOURCE) == []


def test_whatever_acts_writes_an_entry_wherever_it_stands():
    assert set(silent(SOURCE)) == set(SILENT)


def test_a_write_without_an_entry_is_found_wherever_it_stands(tmp_path):
    folder = tmp_path / "forbear" / "contexts" / "till"
    folder.mkdir(parents=True)
    (folder / "good.py").write_text(HEAD + GOOD)
    assert silent(tmp_path) == []

    (folder / "bad.py").write_text(HEAD + "def _pay(now):\n    with acting(now):\n        pass\n")

    assert silent(tmp_path) == ["till.bad._pay"]


def test_there_are_actions_to_look_at():
    assert len(House(SOURCE).action_modules()) >= 15


HEAD = """
from forbear.contexts.audit.actions import record
from forbear.contexts.database.transaction import acting, required
"""
GOOD = """
def pay(amount, *, actor, now):
    with acting(actor):
        _note(actor, now)

def _note(actor, now):
    record("paid", actor=actor, now=now)

def inside(amount):
    required()
"""


@pytest.mark.parametrize(
    ("planted", "breach"),
    [
        (
            "def pay(*, actor, now):\n    with acting(actor):\n        pass\n",
            "writes no audit entry",
        ),
        (
            "def pay(*, actor):\n    with acting(actor):\n        record('x', actor=actor)\n",
            "takes no now",
        ),
        (
            "def pay(*, now):\n    with acting(None):\n        record('x', now=now)\n",
            "takes no actor",
        ),
        ("def pay(*, actor, now):\n    record('x', actor=actor)\n", "opens no acting(actor)"),
        ("def words():\n    return 'x'\n", "opens no acting(actor)"),
        (
            "def pay(actor, now):\n    with acting(actor):\n        record('x')\n",
            "takes no actor",
        ),
    ],
    ids=["no entry", "no now", "no actor", "no transaction", "no action at all", "positional"],
)
def test_a_planted_breach_is_caught(tmp_path, planted, breach):
    folder = tmp_path / "forbear" / "contexts" / "till" / "actions"
    folder.mkdir(parents=True)
    (folder / "pay.py").write_text(HEAD + GOOD.replace("def pay", "def pay_well"))
    assert breaches(tmp_path) == []

    (folder / "bad.py").write_text(HEAD + planted)

    assert any(breach in each and ".bad." in each for each in breaches(tmp_path))
