"""Who may look into a complaint? Nobody whom it is about, nor who made a contact it speaks of."""

from __future__ import annotations

from forbear.contexts.contact.makers import makers_of
from forbear.contexts.database.transaction import required
from forbear.contexts.people.actions.staff import UnknownStaff
from forbear.contexts.people.care import works_here
from forbear.contexts.rights.models import Complaint, Filing
from forbear.contexts.rights.word import FilingKind
from forbear.values.errors import Denied


class NotIndependent(Denied):
    """Whoever looks into a complaint was no part of what it is about."""

    code = "NOT_INDEPENDENT"


def refuse_involved(filing: Filing, staff_id: int) -> None:
    """Refuse a member of staff whom a filing is about, inside an action.

    Raises:
        NotIndependent: a complaint is about them, or they made a contact that it names.
        UnknownStaff: nobody who works here has that id.
    """
    required()
    if not works_here(staff_id):
        raise UnknownStaff(
            f"Nobody who works here has the id {staff_id}.",
            remedy="Choose from the staff whose accounts are open.",
            message_zh=f"没有编号为 {staff_id} 的在职人员。",
            remedy_zh="请从在职人员中选择。",
            field="owner",
        )
    if filing.kind != FilingKind.COMPLAINT:
        return
    accused = Complaint.objects.filter(filing=filing).values_list("about_staff_id", flat=True)
    if staff_id in set(accused):
        raise _not_independent("The complaint is about this person.", "该投诉针对此人。")
    attempts = list(filing.mentions.values_list("attempt_id", flat=True))
    if f"staff:{staff_id}" in makers_of(attempts):
        raise _not_independent(
            "This person made a contact that the complaint speaks of.",
            "此人进行了该投诉所涉的联系。",
        )


def _not_independent(en: str, zh: str) -> NotIndependent:
    return NotIndependent(
        en,
        remedy="Choose somebody who had no part in it.",
        message_zh=zh,
        remedy_zh="请选择未参与其中的人员。",
        field="owner",
    )
