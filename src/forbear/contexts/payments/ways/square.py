"""What does the square say that a banking app reads, and how is it drawn?"""

from __future__ import annotations

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from forbear.contexts.payments.reference import shown_reference
from forbear.policy.paying import TransferTo
from forbear.values.money import MINOR_PER_MAJOR, Currency

_BORDER = 4


def square_text(
    to: TransferTo, reference: str, *, amount_minor: int | None, currency: Currency
) -> str:
    """Return what the square says. ``amount_minor`` null: whoever pays decides."""
    major, minor = divmod(amount_minor or 0, MINOR_PER_MAJOR)
    amount = "" if amount_minor is None else f"{major}.{minor:02d}"
    if to.qr is None:
        lines = [to.payee.zh, to.account, shown_reference(reference)]
        return "\n".join([*lines, *([f"{amount} {currency}"] if amount else [])])
    said = {
        "payee": to.payee.zh,
        "account": to.account.replace(" ", ""),
        "reference": reference,
        "amount": amount,
        "currency": currency.value,
    }
    text = to.qr
    for name, value in said.items():
        text = text.replace("{" + name + "}", value)
    return text


def square_svg(text: str) -> str:
    """Return the square as SVG that stands in a page; it scales, and names no size of its own."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=_BORDER)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    side = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'role="img" aria-hidden="true" focusable="false">'
        f'<path fill="#fff" d="M0,0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>'
    )
