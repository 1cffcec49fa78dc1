"""What is asked of a draft alone: a version that was published before it was asked must stay readable."""

from app.rulebooks.document import RulebookDocument
from app.rulebooks.left_out import LeftOut
from app.rulebooks.problem import Code, Findings, Path

_NEEDS: Path = ("tiers", "movement", "promotion", "needs")


def check_draft(document: RulebookDocument, left_out: LeftOut, findings: Findings) -> None:
    """Report a promotion that needs recognition where nothing says how a client is recognised."""
    movement = document.tiers.movement if document.tiers else None
    promotion = movement.promotion if movement else None
    written = document.recognition is not None or left_out.touches(("recognition",))
    if promotion and promotion.needs == "recognition" and not written:
        message = "a promotion needs recognition, and nothing says how a client is recognised"
        mend = "write a section recognition with experts, scores, committee and limits; or write needs: nothing"
        findings.add(Code.RECOGNITION_MISSING, _NEEDS, message, mend)
