"""Facts as they are declared."""

from typing import Literal

from pydantic import Field

from app.rulebooks.document.values import MOST_LISTED, Amount, Described, PeriodText


class FactPart(Described):
    """One input: the only names that rules may use.

    `missing` is written for every fact: `zero` (0 or no), `worst` (the worst end of its range, and the
    decision is marked incomplete), `refuse` (no decision).
    """

    type: Literal["money", "ratio", "number", "count", "grade", "choice", "flag"] = Field(
        description="money (CNY, to the fen), ratio (35%), number (4 decimals), count, grade (ordered options, "
        "lowest first), choice (unordered options), flag (yes or no)."
    )
    missing: Literal["zero", "worst", "refuse"]
    options: list[Amount] | None = Field(None, max_length=MOST_LISTED)
    min: Amount | None = Field(None, description="Least value; 0 where nothing is said; `unbounded` for none.")
    max: Amount | None = None
    better: Literal["higher", "lower", "neither"] | None = Field(
        None, description="The direction that favours the client: higher where nothing is said, neither for a choice."
    )
    actionable: bool = Field(default=False, description="Client and bank can move it; `nearest` proposes moves of it.")
    max_age: PeriodText | None = Field(None, description="Older values are pointed at in the decision.")
