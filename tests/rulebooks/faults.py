# ruff: noqa: E501  one fault, one line
"""The faults that the checker knows: each an edit that seeds it, and the place where it must be found."""

from dataclasses import dataclass, field

from app.rulebooks.problem import Code
from tests.rulebooks.seeded import SUMMED, WEIGHTED

DEEP = "[" * 30 + "]" * 30


@dataclass(frozen=True)
class Fault:
    """An edit that seeds `code` at the place of `at` in the edited text (`⟦` within it marks the spot)."""

    code: Code
    old: str
    new: str
    at: str
    says: str = ""
    base: str = field(default=WEIGHTED, repr=False)
    also: tuple[Code, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.code}: {self.new.strip()[:40] or 'removed'}"


FAULTS = [
    # the text
    Fault(Code.NOT_YAML, "source: a test", "source: [a test", "facts⟦:\n  segment"),
    Fault(Code.NOT_YAML, "source: a test", "source: a\x00test", "⟦\x00"),
    Fault(Code.NOT_YAML, "source: a test", 'source: "a\\0test"', '⟦"a\\0test"'),
    Fault(Code.NOT_YAML, "facts:", "\tfacts:", "⟦\tfacts"),
    Fault(Code.TOO_LARGE, "source: a test", f"source: a test # {'x' * 300_000}", "⟦rulebook: small"),
    Fault(Code.TOO_DEEP, "source: a test", f"source: {DEEP}", "[" * 24 + "⟦" + "[" * 6),
    Fault(Code.TAG, "source: a test", "source: !!str a test", "⟦!!str"),
    Fault(Code.ALIAS, "source: a test", "source: &s a test", "⟦&s"),
    Fault(Code.ALIAS, "source: a test", "source: *s", "⟦*s"),
    Fault(Code.SEVERAL_DOCUMENTS, "exits:", "---\nexits:", "⟦---"),
    Fault(Code.DUPLICATE_KEY, "  listed: {type", "  overdue: {type: flag, missing: zero}\n  listed: {type", "⟦overdue: {type: flag"),
    Fault(Code.KEY_NOT_TEXT, "source: a test", "source: a test\n? [a, b]\n: c", "⟦[a, b]"),
    # the form
    Fault(Code.FIELD_MISSING, "{type: choice, options: [corporate, retail], missing: refuse}", "{type: choice, options: [corporate, retail]}", "⟦segment: {type", "'missing' is left out"),
    Fault(Code.FIELD_MISSING, "source: a test\n", "", "⟦rulebook: small", "'source' is left out"),
    Fault(Code.FIELD_MISSING, "    - {role: manager, at_least: 1, per: month}", "    - {at_least: 1, per: month}", "⟦{at_least: 1, per"),
    Fault(Code.FIELD_MISSING, "  method: weighted\n", "", "⟦scorecard:\n"),
    Fault(Code.FIELD_UNKNOWN, "missing: refuse}", "misssing: refuse}", "⟦misssing", "did you mean 'missing'?"),
    Fault(Code.FIELD_UNKNOWN, "between: linear", "betwen: linear", "⟦betwen", "did you mean 'between'?"),
    Fault(Code.FIELD_UNKNOWN, "missing: refuse}", "missing: refuse, colour: red}", "⟦colour", "remove it"),
    Fault(Code.FIELD_UNKNOWN, "scorecard:", "scorcard:", "⟦scorcard", "did you mean 'scorecard'?"),
    Fault(Code.FIELD_UNKNOWN, "facts:\n", "fact_s:\n", "⟦fact_s", "did you mean 'facts'?"),
    Fault(Code.VALUE_INVALID, "at_least: 1, per: month", "at_least: none, per: month", "at_least: ⟦none, per", "write a whole number"),
    Fault(Code.VALUE_INVALID, "at_least: 1, per: month", "at_least: 400, per: month", "at_least: ⟦400", "366 or less"),
    Fault(Code.VALUE_INVALID, "  growth: {type: ratio", "  Growth: {type: ratio", "⟦Growth: {type", "lower-case letters"),
    Fault(Code.VALUE_INVALID, "rulebook: small", "rulebook: Small Ones", "⟦Small Ones", "joined by hyphens"),
    Fault(Code.VALUE_INVALID, "full_every: P1Y", "full_every: [P1Y]", "⟦[P1Y]", "a plain text"),
    Fault(Code.VALUE_INVALID, "every: {gold: P3M, silver: P6M}", "every: [P3M]", "⟦[P3M]"),
    Fault(Code.VALUE_INVALID, "{listed: yes}", "{listed: {}}", "listed: ⟦{}", "a comparison is needed"),
    Fault(Code.VALUE_INVALID, "source: a test", "source: a test\neffective_from: soon", "⟦soon", "2026-01-31"),
    Fault(Code.VALUE_INVALID, "order: [small, large]", "order: []", "⟦[]", "at least one entry"),
    Fault(Code.VALUE_INVALID, "title: {en: Small, zh: 小}", "title:", "⟦\nsource: a test", "title cannot be empty"),
    Fault(Code.VALUE_NOT_ALLOWED, "{type: ratio", "{type: rate", "⟦rate, min", "money, ratio"),
    Fault(Code.VALUE_NOT_ALLOWED, "per: month", "per: weekly", "⟦weekly"),
    Fault(Code.VALUE_NOT_ALLOWED, "method: weighted", "method: averaged", "⟦averaged"),
    # names
    Fault(Code.NAME_UNKNOWN, "rank_by: deposits", "rank_by: deposit", "⟦deposit, clients", "did you mean 'deposits'?"),
    Fault(Code.NAME_UNKNOWN, "{overdue: {at_least: 90}}", "{overdu: {at_least: 90}}", "⟦overdu:", "did you mean 'overdue'?"),
    Fault(Code.NAME_UNKNOWN, "enter: {score: 50}", "enter: {scor: 50}", "⟦scor:", "neither score nor a dimension"),
    Fault(Code.NAME_UNKNOWN, "enter: {score: 80, conduct: 50}", "enter: {scores: 80, conduct: 50}", "⟦scores:"),
    Fault(Code.NAME_UNKNOWN, "strength: 50, conduct: 50}", "strenght: 50, conduct: 50}", "⟦strenght", "did you mean 'strength'?"),
    Fault(Code.NAME_TOO_LATE, "      - when: {size: large, rating", "      - when: {desk: front, size: large, rating", "⟦desk: front", "decided only after"),
    Fault(Code.NAME_TOO_LATE, "when: {listed: yes}", "when: {tier: gold}", "⟦tier: gold}, str"),
    Fault(Code.NAME_TAKEN, "  desk:\n", "  overdue:\n", "⟦overdue:\n    order", "already a fact"),
    Fault(Code.NAME_TAKEN, "  desk:\n", "  review:\n", "⟦review:\n", "a word of the rulebook language"),
    Fault(Code.NAME_TAKEN, "rulebook: small", "rulebook: schema", "⟦schema", "an address of the service"),
    Fault(Code.NAME_TAKEN, "rulebook: small", "rulebook: check", "⟦check"),
    Fault(Code.NAME_TAKEN, "        overdue:\n          weight: 50", "        rating:\n          weight: 50\n          fact: overdue", "⟦rating:\n          weight: 50", "stands twice"),
    Fault(Code.NAME_TAKEN, "name: public", "name: default", "⟦default, when"),
    Fault(Code.OPTION_UNKNOWN, "rating: {at_least: medium}", "rating: {at_least: mediun}", "⟦mediun", "did you mean 'medium'?"),
    Fault(Code.OPTION_UNKNOWN, "{low: 0, medium: 50, high: 100}", "{low: 0, mid: 50, high: 100}", "⟦mid: 50"),
    Fault(Code.OPTION_UNKNOWN, "small: {low: back", "tiny: {low: back", "⟦tiny"),
    Fault(Code.OPTION_UNKNOWN, "listed: {no: small", "listed: {not: small", "⟦not: small"),
    Fault(Code.OPTION_DUPLICATE, "options: [low, medium, high]", "options: [low, medium, high, low]", "high, ⟦low]"),
    Fault(Code.OPTION_DUPLICATE, "order: [small, large]", "order: [small, large, small]", "large, ⟦small]"),
    Fault(Code.OPTION_DUPLICATE, "order: [none, silver, gold]", "order: [none, silver, gold, silver]", "gold, ⟦silver]"),
    Fault(Code.CLASS_UNKNOWN, "- otherwise: poor", "- otherwise: por", "- otherwise: ⟦por\n", "did you mean 'poor'?"),
    Fault(Code.CLASS_UNKNOWN, "deposits: {small: 0", "deposits: {smal: 0", "⟦smal: 0"),
    Fault(Code.CLASS_UNKNOWN, "      small: {en: Small", "      tiny: {en: Small", "⟦tiny", "no class of size"),
    Fault(Code.CLASS_UNKNOWN, "every: {fail: P6M", "every: {failed: P6M", "⟦failed", base=SUMMED),
    Fault(Code.TIER_UNKNOWN, "    silver:\n", "    sliver:\n", "⟦sliver:", "did you mean 'silver'?"),
    Fault(Code.TIER_UNKNOWN, "otherwise: none", "otherwise: nobody", "⟦nobody"),
    Fault(Code.TIER_UNKNOWN, "at_most: silver", "at_most: bronze", "⟦bronze"),
    Fault(Code.TIER_UNKNOWN, "every: {gold: P3M", "every: {god: P3M", "⟦god"),
    Fault(Code.ROLE_UNKNOWN, "role: president", "role: presidnet", "⟦presidnet", "did you mean 'president'?"),
    Fault(Code.ROLE_UNKNOWN, "{P5D: manager}", "{P5D: manger}", "⟦manger"),
    Fault(Code.FACT_UNUSED, "roles:\n", "  spare: {type: flag, missing: zero}\nroles:\n", "⟦spare", "no rule reads spare"),
    # facts
    Fault(Code.OPTIONS_MISSING, "{type: choice, options: [corporate, retail], missing", "{type: choice, missing", "⟦segment: {type"),
    Fault(Code.OPTIONS_MISPLACED, "listed: {type: flag", "listed: {type: flag, options: [no, yes]", "⟦options: [no", "yes or no"),
    Fault(Code.OPTIONS_MISPLACED, "overdue: {type: count", "overdue: {type: count, options: [a]", "⟦options: [a]"),
    Fault(Code.OPTIONS_MISPLACED, "rating: {type: grade", "rating: {type: grade, max: high", "⟦max: high"),
    Fault(Code.RANGE_EMPTY, "overdue: {type: count", "overdue: {type: count, max: 0", "max: ⟦0, better"),
    Fault(Code.MISSING_ZERO, "[low, medium, high], missing: worst", "[low, medium, high], missing: zero", "high], missing: ⟦zero", "a grade has no 0"),
    Fault(Code.MISSING_ZERO, "number, max: 50, missing: refuse", "number, min: 1, max: 50, missing: zero", "max: 50, missing: ⟦zero", "outside min and max", base=SUMMED.replace("{0: 0, 50: 50}", "{1: 0, 50: 50}")),
    Fault(Code.MISSING_WORST, "[corporate, retail], missing: refuse", "[corporate, retail], missing: worst", "retail], missing: ⟦worst"),
    # amounts, bounds and conditions
    Fault(Code.AMOUNT_INVALID, "large: 2亿}", "large: 2 Yi}", "⟦2 Yi", "5000万, 2亿"),
    Fault(Code.AMOUNT_INVALID, "large: 2亿}", "large: 0.001}", "⟦0.001", "more than 2 decimals"),
    Fault(Code.AMOUNT_INVALID, "min: -100%", "min: low", "min: ⟦low,"),
    Fault(Code.AMOUNT_INVALID, "{0: 100, 30: 0}", "{0: 100, 30: nil}", "⟦nil"),
    Fault(Code.AMOUNT_INVALID, "enter: {score: 50}", "enter: {score: half}", "⟦half"),
    Fault(Code.AMOUNT_INVALID, "weight: 70", "weight: heavy", "⟦heavy"),
    Fault(Code.AMOUNT_INVALID, "clients: 5%", "clients: few", "⟦few"),
    Fault(Code.AMOUNT_INVALID, "within: 3}", "within: near}", "⟦near}"),
    Fault(Code.AMOUNT_INVALID, "base: 10", "base: ten", "⟦ten\n", base=SUMMED),
    Fault(Code.AMOUNT_OUT_OF_RANGE, "{overdue: {at_least: 90}}", "{overdue: {at_least: -1}}", "at_least: ⟦-1", "outside what overdue can be"),
    Fault(Code.AMOUNT_OUT_OF_RANGE, "weight: 70", "weight: -70", "⟦-70", "negative"),
    Fault(Code.AMOUNT_OUT_OF_RANGE, "within: 3}", "within: -3}", "⟦-3"),
    Fault(Code.AMOUNT_OUT_OF_RANGE, "clients: 5%", "clients: 500%", "⟦500%", "no share of a whole"),
    Fault(Code.PERIOD_INVALID, "max_age: P35D", "max_age: 35 days", "⟦35 days", "P35D"),
    Fault(Code.PERIOD_INVALID, "remind_before: [P14D]", "remind_before: [14]", "[⟦14]"),
    Fault(Code.PERIOD_INVALID, "{P5D: manager}", "{5D: manager}", "{⟦5D"),
    Fault(Code.PERIOD_INVALID, "silver: P6M}", "silver: P6}", "⟦P6}"),
    Fault(Code.PERIOD_INVALID, "runs: P3M", "runs: three", "⟦three"),
    Fault(Code.PERIOD_INVALID, "full_every: P1Y", "full_every: yearly", "⟦yearly"),
    Fault(Code.CONDITION_EMPTY, "{overdue: {at_least: 90}}", "{}", "when: ⟦{}"),
    Fault(Code.COMPARISON_WRONG, "{listed: yes}", "{listed: {at_least: yes}}", "⟦listed: {at", "have no order"),
    Fault(Code.COMPARISON_WRONG, "rows: size", "rows: deposits", "rows: ⟦deposits", "a number"),
    Fault(Code.COMPARISON_WRONG, "bands: {score: {fail: min, pass: 60}}", "options: {score: {fail: min, pass: 60}}", "⟦score: {fail", "write bands", base=SUMMED),
    Fault(Code.COMPARISON_WRONG, "{bands: {growth: {poor: min, fair: 10%}}}", "{bands: {listed: {poor: no, fair: yes}}}", "⟦listed: {poor", "write options"),
    Fault(Code.COMPARISON_WRONG, "rank_by: deposits", "rank_by: listed", "⟦listed, clients"),
    Fault(Code.COMPARISON_WRONG, "by: grade", "by: score", "⟦score\n", base=SUMMED),
    Fault(Code.COUNT_IMPOSSIBLE, "{overdue: {at_least: 90}}", "{at_least_of: {count: 3, of: [{listed: yes}, {overdue: 9}]}}", "count: ⟦3"),
    Fault(Code.CONDITION_NEVER, "{overdue: {at_least: 90}}", "{overdue: {at_least: 90, below: 30}}", "⟦overdue: {at_least: 90", "no value of overdue"),
    Fault(Code.CONDITION_NEVER, "{growth: {more_than: 0, below: 50%}}", "{growth: {at_least: 0, at_most: -1%}}", "⟦growth: {at_least: 0"),
    Fault(Code.CONDITION_NEVER, "{overdue: {at_least: 90}}", "{overdue: 9, not: {overdue: {at_most: 20}}}", "⟦when: {overdue: 9", "no client meets"),
    Fault(Code.CONDITION_NEVER, "{segment: {in: [corporate]}}", "{segment: corporate, not: {segment: corporate}}", "⟦applies_to", also=(Code.EXAMPLE_FAILS,) * 3),
    Fault(Code.CONDITION_NEVER, "{overdue: {at_least: 90}}", "{overdue: {is: 9, in: [8, 7]}}", "⟦when: {overdue: {is"),
    # classifications
    Fault(Code.RULE_MISSING, "- otherwise: poor", "- otherwise: {}", "⟦otherwise: {}", "write bands"),
    Fault(Code.RULE_MISSING, "        then: good\n", "", "⟦when: {size: large"),
    Fault(Code.RULE_MISSING, "{name: public, when: {listed: yes}, ", "{name: public, ", "⟦{name: public", "needs when"),
    Fault(Code.RULE_MISSING, "{otherwise: default}", "{otherwise: default, conduct: 100}", "⟦{otherwise: default", "stands alone"),
    Fault(Code.RULE_TWICE, "- otherwise: poor", "- otherwise: {is: poor, bands: {growth: {poor: min}}}", "⟦otherwise: {is", "bands and is stand"),
    Fault(Code.BOUND_FIRST, "{poor: min, fair: 10%}", "{poor: 0, fair: 10%}", "{poor: ⟦0, fair", "nothing is said of growth below 0"),
    Fault(Code.BOUND_FIRST, "{0: 100, 30: 0}", "{1: 100, 30: 0}", "{⟦1: 100"),
    Fault(Code.BOUNDS_NOT_ASCENDING, "{0: 0, 1亿: 50, 10亿: 100}", "{0: 0, 10亿: 50, 1亿: 100}", "⟦1亿: 100", "does not lie above 10亿"),
    Fault(Code.BOUNDS_NOT_ASCENDING, "{-20%: 0, 0: 40, 30%: 100}", "{-20%: 0, 40%: 40, 30%: 100}", "⟦30%: 100}\n"),
    Fault(Code.BOUNDS_NOT_ASCENDING, "{small: 0, large: 2亿}", "{small: 0, large: 0}", "large: ⟦0"),
    Fault(Code.CLASSES_AGAINST_DIRECTION, "{small: 0, large: 2亿}", "{large: 0, small: 2亿}", "⟦small: 2亿", "a worse class"),
    Fault(Code.OPTIONS_INCOMPLETE, "listed: {no: small, yes: large}", "listed: {yes: large}", "⟦listed: {yes: large}", "give a class for no"),
    Fault(Code.OPTIONS_INCOMPLETE, "{no: -5, yes: 5}", "{yes: 5}", "⟦points: {yes: 5}", "give points for no", base=SUMMED),
    Fault(Code.OPTIONS_INCOMPLETE, "        large: {low: back, medium: front, high: front}\n", "", "⟦cells:"),
    Fault(Code.OTHERWISE_MISSING, "      - otherwise: poor\n", "", "⟦choose:"),
    Fault(Code.OTHERWISE_MISSING, "    - {otherwise: default}\n", "", "⟦weights:"),
    Fault(Code.OTHERWISE_NOT_LAST, "      - when: {size: large, rating", "      - otherwise: fair\n      - when: {size: large, rating", "⟦otherwise: fair"),
    Fault(Code.OTHERWISE_NOT_LAST, "    - {name: public", "    - {otherwise: default}\n    - {name: public", "⟦{otherwise: default}\n    - {name"),
    Fault(Code.BRANCH_UNREACHABLE, "      - otherwise: poor", "      - {when: {overdue: {at_most: 3}}, then: fair}\n      - otherwise: poor", "⟦{when: {overdue: {at_most: 3}}", "no client ever takes"),
    Fault(Code.BRANCH_UNREACHABLE, "            - {overdue: {at_most: 5}}", "            - {overdue: {at_least: 0}}", "⟦otherwise: poor", "no client is left for otherwise"),
    Fault(Code.BRANCH_UNREACHABLE, "    - {otherwise: default}", "    - {when: {listed: yes, overdue: 1}, strength: 40, conduct: 60}\n    - {otherwise: default}", "⟦{when: {listed: yes, overdue: 1}"),
    Fault(Code.CLASS_UNREACHABLE, "order: [poor, fair, good]", "order: [poor, fair, good, best]", "⟦best]", "no client can be best"),
    # scorecards
    Fault(Code.WEIGHT_MISSING, "          weight: 70\n", "", "⟦deposits:\n          points"),
    Fault(Code.WEIGHT_MISSING, "strength: 50, conduct: 50}", "strength: 100}", "⟦{name: public", "no weight for conduct"),
    Fault(Code.WEIGHT_MISPLACED, "leadership: {points", "leadership: {weight: 50, points", "⟦weight: 50", base=SUMMED),
    Fault(Code.WEIGHT_MISPLACED, "method: weighted", "method: weighted\n  base: 10", "⟦base: 10"),
    Fault(Code.WEIGHTS_SUM, "weight: 70", "weight: 60", "⟦indicators:\n        deposits", "sum to 90 (60 + 30)"),
    Fault(Code.WEIGHTS_SUM, "weight: 40", "weight: 50", "⟦dimensions:", "sum to 110 (60 + 50)"),
    Fault(Code.WEIGHTS_SUM, "strength: 50, conduct: 50}", "strength: 50, conduct: 40}", "⟦{name: public", "sum to 90"),
    Fault(Code.POINTS_RANGE, "{0: 100, 30: 0}", "{0: 120, 30: 0}", "⟦120", "from 0 to 100"),
    Fault(Code.POINTS_AGAINST_DIRECTION, "{0: 100, 30: 0}", "{0: 0, 30: 100}", "⟦30: 100}\n", "a lower overdue is better"),
    Fault(Code.POINTS_AGAINST_DIRECTION, "{low: 0, medium: 50, high: 100}", "{low: 0, medium: 50, high: 40}", "⟦high: 40"),
    Fault(Code.POINTS_FLAT, "{0: 100, 30: 0}", "{0: 100, 30: 100}", "⟦points: {0: 100, 30: 100}"),
    Fault(Code.LINE_MISPLACED, "{low: 0, medium: 50, high: 100}", "{low: 0, medium: 50, high: 100}\n          between: linear", "⟦between: linear\n    conduct"),
    Fault(Code.LINE_TOO_WIDE, "{0: 0, 1亿: 50, 10亿: 100}", "{0: 0, 900万亿: 99.9999}\n          between: linear", "⟦900万亿", "too long for exact arithmetic"),
    # tiers
    Fault(Code.TIER_RULE_MISSING, "order: [none, silver, gold]", "order: [none, bronze, silver, gold]", "⟦bronze", "no rule leads to bronze", also=(Code.REVIEW_INCOMPLETE,)),
    Fault(Code.STAY_ABOVE_ENTER, "stay: {score: 70}", "stay: {score: 85}", "⟦85", "harder to stay (85) than to enter (80)"),
    Fault(Code.STAY_WITHOUT_ENTER, "stay: {score: 70}", "stay: {score: 70, strength: 10}", "⟦strength: 10"),
    Fault(Code.BOUND_UNATTAINABLE, "enter: {score: 50}", "enter: {score: 500}", "⟦500", "its most is 100"),
    Fault(Code.TIER_UNREACHABLE, "enter: {score: 50}", "enter: {score: 80, conduct: 50}", "⟦silver, gold]", "no client can enter silver", base=WEIGHTED.replace("at_most: silver", "at_most: none"), also=(Code.EXAMPLE_FAILS,)),
    Fault(Code.CEILING_IDLE, "at_most: silver", "at_most: gold", "⟦gold, reason", "the highest tier"),
    # coverage and reviews
    Fault(Code.REVIEW_INCOMPLETE, "every: {gold: P3M, silver: P6M}", "every: {gold: P3M}", "⟦every: {gold", "give a period for silver"),
    Fault(Code.SECTION_MISPLACED, "  by: grade\n", "", "⟦every:", "no tiers to review by", base=SUMMED),
    Fault(Code.SECTION_MISPLACED, "every: {fail: P6M, pass: P1Y}", "every: P6M", "⟦by: grade", "one period for all", base=SUMMED),
    Fault(Code.SECTION_MISPLACED, "examples:\n", "tiers:\n  order: [none, some]\n  rules: {some: {enter: {score: 1}}, otherwise: none}\nexamples:\n", "⟦tiers:", "there is no scorecard", base=SUMMED[: SUMMED.index("scorecard:")].replace("bands: {score: {fail: min, pass: 60}}", "choose: [{when: {leadership: 1, on_time: yes}, then: pass}, {otherwise: fail}]") + "examples:\n  - {given: {leadership: 2}, expect: {grade: fail}}\n"),
    # examples
    Fault(Code.EXAMPLES_MISSING, SUMMED[SUMMED.index("examples:") :], "", "⟦rulebook:", base=SUMMED),
    Fault(Code.EXAMPLE_INVALID, "- given: {segment: corporate}", "- given: {segmnt: corporate}", "⟦segmnt", "did you mean 'segment'?"),
    Fault(Code.EXAMPLE_INVALID, "- given: {segment: corporate}", "- given: {segment: corp}", "⟦corp}", "none of corporate, retail"),
    Fault(Code.EXAMPLE_INVALID, "standing: {tier: gold}", "standing: {tier: god}", "⟦tier: god"),
    Fault(Code.EXAMPLE_INVALID, "expect: {tier: silver}", "expect: {teir: silver}", "⟦teir"),
    Fault(Code.EXAMPLE_INVALID, "expect: {tier: silver}", "expect: {tier: sliver}", "⟦tier: sliver"),
    Fault(Code.EXAMPLE_INVALID, "expect: {size: small,", "expect: {size: smal,", "⟦smal,"),
    Fault(Code.EXAMPLE_INVALID, "score: 100, review: P3M", "score: full, review: P3M", "⟦full, review"),
    Fault(Code.EXAMPLE_INVALID, "score: 100, review: P3M", "score: 100, review: quarterly", "⟦quarterly"),
    Fault(Code.EXAMPLE_INVALID, "{grade: fail, score: 55}", "{grade: fail, tier: low}", "⟦tier: low", "decides no tier", base=SUMMED),
    Fault(Code.EXAMPLE_FAILS, "tier: gold, score: 100", "tier: gold, score: 99", "⟦99", "score is 100, expected 99"),
    Fault(Code.EXAMPLE_FAILS, "expect: {tier: silver}", "expect: {applies: no}", "applies: ⟦no}"),
    Fault(Code.EXAMPLE_FAILS, "expect: {tier: silver}", "expect: {refused: [rating]}", "refused: ⟦[rating]", "not refused, expected for want of rating"),
    Fault(Code.EXAMPLE_FAILS, "expect: {tier: silver}", "expect: {obligations: {manager: 2}}", "⟦{manager: 2}", "manager 1, expected manager 2"),
]  # fmt: skip
