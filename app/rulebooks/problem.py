"""What can be wrong with a rulebook document, and where: `file:line:column CODE message - mend`."""

from dataclasses import dataclass, field
from enum import StrEnum

Path = tuple[str | int, ...]
"""Where something stands in a document: the keys and positions that lead to it."""


class Code(StrEnum):
    """Every fault the checker knows. The value is what staff and tools see; it never changes meaning."""

    # the text
    NOT_YAML = "NOT_YAML"
    MISTYPED = "MISTYPED"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    TAG = "TAG"
    ALIAS = "ALIAS"
    SEVERAL_DOCUMENTS = "SEVERAL_DOCUMENTS"
    DUPLICATE_KEY = "DUPLICATE_KEY"
    KEY_NOT_TEXT = "KEY_NOT_TEXT"
    # the form
    FIELD_MISSING = "FIELD_MISSING"
    FIELD_UNKNOWN = "FIELD_UNKNOWN"
    VALUE_INVALID = "VALUE_INVALID"
    VALUE_NOT_ALLOWED = "VALUE_NOT_ALLOWED"
    # names
    NAME_UNKNOWN = "NAME_UNKNOWN"
    NAME_TOO_LATE = "NAME_TOO_LATE"
    NAME_TAKEN = "NAME_TAKEN"
    OPTION_UNKNOWN = "OPTION_UNKNOWN"
    OPTION_DUPLICATE = "OPTION_DUPLICATE"
    CLASS_UNKNOWN = "CLASS_UNKNOWN"
    TIER_UNKNOWN = "TIER_UNKNOWN"
    ROLE_UNKNOWN = "ROLE_UNKNOWN"
    FACT_UNUSED = "FACT_UNUSED"
    # facts
    OPTIONS_MISSING = "OPTIONS_MISSING"
    OPTIONS_MISPLACED = "OPTIONS_MISPLACED"
    RANGE_EMPTY = "RANGE_EMPTY"
    MISSING_ZERO = "MISSING_ZERO"
    MISSING_WORST = "MISSING_WORST"
    # amounts, bounds and conditions
    AMOUNT_INVALID = "AMOUNT_INVALID"
    AMOUNT_OUT_OF_RANGE = "AMOUNT_OUT_OF_RANGE"
    PERIOD_INVALID = "PERIOD_INVALID"
    CONDITION_EMPTY = "CONDITION_EMPTY"
    COMPARISON_WRONG = "COMPARISON_WRONG"
    COUNT_IMPOSSIBLE = "COUNT_IMPOSSIBLE"
    CONDITION_NEVER = "CONDITION_NEVER"
    # classifications
    RULE_MISSING = "RULE_MISSING"
    RULE_TWICE = "RULE_TWICE"
    BOUND_FIRST = "BOUND_FIRST"
    BOUNDS_NOT_ASCENDING = "BOUNDS_NOT_ASCENDING"
    CLASSES_AGAINST_DIRECTION = "CLASSES_AGAINST_DIRECTION"
    OPTIONS_INCOMPLETE = "OPTIONS_INCOMPLETE"
    OTHERWISE_MISSING = "OTHERWISE_MISSING"
    OTHERWISE_NOT_LAST = "OTHERWISE_NOT_LAST"
    BRANCH_UNREACHABLE = "BRANCH_UNREACHABLE"
    CLASS_UNREACHABLE = "CLASS_UNREACHABLE"
    # scorecards
    WEIGHT_MISSING = "WEIGHT_MISSING"
    WEIGHT_MISPLACED = "WEIGHT_MISPLACED"
    WEIGHTS_SUM = "WEIGHTS_SUM"
    POINTS_RANGE = "POINTS_RANGE"
    POINTS_AGAINST_DIRECTION = "POINTS_AGAINST_DIRECTION"
    POINTS_FLAT = "POINTS_FLAT"
    LINE_MISPLACED = "LINE_MISPLACED"
    LINE_TOO_WIDE = "LINE_TOO_WIDE"
    # tiers
    TIER_RULE_MISSING = "TIER_RULE_MISSING"
    STAY_ABOVE_ENTER = "STAY_ABOVE_ENTER"
    STAY_WITHOUT_ENTER = "STAY_WITHOUT_ENTER"
    BOUND_UNATTAINABLE = "BOUND_UNATTAINABLE"
    TIER_UNREACHABLE = "TIER_UNREACHABLE"
    CEILING_IDLE = "CEILING_IDLE"
    UNPROVED = "UNPROVED"
    # recognition
    RECOGNITION_MISSING = "RECOGNITION_MISSING"
    RECOGNITION_INCOMPLETE = "RECOGNITION_INCOMPLETE"
    # coverage and reviews
    KIND_UNKNOWN = "KIND_UNKNOWN"
    CHECKPOINT_OUT_OF_ORDER = "CHECKPOINT_OUT_OF_ORDER"
    REVIEW_INCOMPLETE = "REVIEW_INCOMPLETE"
    SECTION_MISPLACED = "SECTION_MISPLACED"
    # examples
    EXAMPLES_MISSING = "EXAMPLES_MISSING"
    EXAMPLE_INVALID = "EXAMPLE_INVALID"
    EXAMPLE_FAILS = "EXAMPLE_FAILS"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault at its line and column (from 1), with the mend."""

    line: int
    column: int
    code: Code
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.code} {self.message} — {self.mend}"


@dataclass(frozen=True, slots=True)
class Found:
    """A fault by its path, before it is known which line that is."""

    code: Code
    path: Path
    message: str
    mend: str
    at_key: bool = False


@dataclass(slots=True)
class Findings:
    """Collects every fault of a document, one bad line never hiding the next, and what is to be noted of it."""

    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, code: Code, path: Path, message: str, mend: str, *, at_key: bool = False) -> None:
        """Record a fault at `path`; `at_key` points at the key and not at its value."""
        self.found.append(Found(code, path, message, mend, at_key))

    def note(self, text: str) -> None:
        """Record what is no fault and may still surprise; the same is told once."""
        if text not in self.notes:
            self.notes.append(text)
