"""What rules may read, by name, and how the amounts they compare it with are written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from app.kernel.fact import Better, Fact
from app.kernel.quantity import MEASURES, RATIO, SCORE, Measure, QuantityError, parse
from app.rulebooks.compile.amounts import how_to_write, in_staff_words
from app.rulebooks.left_out import LeftOut
from app.rulebooks.problem import Code, Findings, Path


@dataclass(frozen=True, slots=True)
class Readable:
    """A name's values: a number of `measure`, or positions in `options` (`ordered` where they rank)."""

    name: str
    low: int
    high: int
    measure: Measure | None = None
    options: tuple[str, ...] = ()
    ordered: bool = True
    better: Better = "higher"
    of_fact: bool = False

    def parse(self, text: str) -> int:
        """The integer that `text` stands for; raises QuantityError."""
        if self.measure:
            return parse(text, self.measure)
        if text not in self.options:
            raise QuantityError(f"is none of {', '.join(self.options)}")
        return self.options.index(text)

    def render(self, value: int) -> str:
        """The text of a value, in the units that staff write."""
        return in_staff_words(value, self.measure) if self.measure else self.options[value]

    @property
    def by_option(self) -> bool:
        """Whether rules list its options one by one, as for a flag or an unordered choice."""
        return not self.measure and not self.ordered


FLAG_OPTIONS = ("no", "yes")
_ALIKE = 0.7
"""How like a known name a word must be to be taken for a slip of the pen."""
_MOST_COMPARED = 300
"""Names beyond which the nearest is not looked for: it costs time for each."""


def readable_fact(fact: Fact) -> Readable:
    """How rules read a fact."""
    if fact.kind == "flag":
        return Readable(fact.name, 0, 1, options=FLAG_OPTIONS, ordered=False, better=fact.better, of_fact=True)
    measure = MEASURES.get(fact.kind)
    ordered = fact.kind != "choice"
    return Readable(fact.name, fact.low, fact.high, measure, fact.options, ordered, fact.better, of_fact=True)


def readable_labels(name: str, labels: tuple[str, ...]) -> Readable:
    """How rules read a classification or the tier."""
    return Readable(name, 0, len(labels) - 1, options=labels)


def readable_score(name: str, low: int, high: int) -> Readable:
    """How rules read the score or a dimension, between the ends it can attain."""
    return Readable(name, low, high, SCORE)


@dataclass(slots=True)
class Scope:
    """Names that can be read so far, names that are decided later, and names that are at fault themselves.

    `meant` are those that a misspelt name stands for, as far as can be told.

    What reads a faulty name is passed over: the fault is reported where it is.
    """

    findings: Findings
    left_out: LeftOut = field(default_factory=LeftOut)
    known: dict[str, Readable] = field(default_factory=dict)
    later: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    meant: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def declare(self, readable: Readable) -> None:
        """Make a name readable from here on."""
        self.known[readable.name] = readable
        self.later.discard(readable.name)

    def read(self, name: str, path: Path, *, at_key: bool = True) -> Readable | None:
        """The readable of a name; an unknown one, or one decided later, is a finding at its key, or at its value."""
        self.used.add(name)
        if self.excuses(name):
            return None
        if name in self.known:
            return self.known[name]
        if name in self.later:
            mend = "read something that is decided before it, or move this to where it is decided"
            message = f"{name!r} is decided only after this"
            self.findings.add(Code.NAME_TOO_LATE, path, message, mend, at_key=at_key)
        else:
            every = {*self.known, *self.later}
            self.meant |= {near for near in (nearest(name, every),) if near}
            mend = nearest_name(name, every)
            self.findings.add(Code.NAME_UNKNOWN, path, f"nothing is named {name!r}", mend, at_key=at_key)
        return None

    def excuses(self, name: str) -> bool:
        """Whether the name stands for something that is reported as faulty already."""
        declared = name in self.known or name in self.later
        return name in self.faulty or (not declared and name in self.left_out.words)

    def value(self, readable: Readable, text: str, path: Path, *, at_key: bool = False) -> int | None:
        """An amount or option as this name reads it; what is not one is a finding."""
        try:
            value = readable.parse(text)
        except QuantityError as error:
            code = Code.AMOUNT_INVALID if readable.measure else Code.OPTION_UNKNOWN
            self.findings.add(
                code, path, f"{text!r} for {readable.name} {reason(error)}", _mend(readable, text), at_key=at_key
            )
            return None
        if not readable.low <= value <= readable.high:
            message = f"{text} is outside what {readable.name} can be"
            self.findings.add(Code.AMOUNT_OUT_OF_RANGE, path, message, _inside(readable), at_key=at_key)
            return None
        if readable.measure is RATIO and text.isdecimal() and value > 10**RATIO.decimals:
            percent = f"{text} is {in_staff_words(value, RATIO)}; write {text}% if you mean that"
            self.findings.note(f"{readable.name}: {percent}")
        return value


def reason(error: QuantityError) -> str:
    """What is wrong with an amount, without what to write instead, which the mend says."""
    return str(error).partition(": write")[0].replace("not a points", "not a number of points")


def nearest_name(name: str, candidates: Iterable[str]) -> str:
    """A mend for a name that is not known: the nearest one, or all of them where they are few."""
    every = sorted(candidates)
    if len(every) > _MOST_COMPARED:
        return "use a name that the document declares"
    close = nearest(name, every)
    if close:
        return f"did you mean {close!r}?"
    return f"use one of {', '.join(every)}" if every else "declare it first"


def nearest(name: str, candidates: Collection[str]) -> str | None:
    """The candidate that the name is a slip of the pen for; None where there is none, or too many to compare."""
    few = sorted(candidates) if len(candidates) <= _MOST_COMPARED else []
    return next(iter(get_close_matches(name, few, n=1, cutoff=_ALIKE)), None)


def _mend(readable: Readable, text: str) -> str:
    if readable.options:
        return nearest_name(text, readable.options)
    return how_to_write(readable.measure, text) if readable.measure else ""


def _inside(readable: Readable) -> str:
    low, high = readable.render(readable.low), readable.render(readable.high)
    open_above = readable.measure is not None and readable.high == readable.measure.limit
    return f"write {low} or more" if open_above else f"write a value from {low} to {high}"
