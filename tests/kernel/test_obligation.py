"""Who owes how many visits: of several rules that hold the largest binds, they do not add up (domain.md D2)."""

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.condition import AllOf, OneOf
from app.kernel.obligation import ObligationRule, owed

CO_MANAGED = OneOf("co_managed", frozenset({1}))
ALWAYS = AllOf(())
BOTH = ("visit", "contact")


def rule(role: str, at_least: int, per: str = "month", when: OneOf | AllOf = ALWAYS) -> ObligationRule:
    return ObligationRule(role, when, at_least, per, BOTH)


def required(*rules: ObligationRule, co_managed: int = 0) -> list[tuple[str, int, str]]:
    return [(each.role, each.at_least, each.per) for each in owed(rules, {"co_managed": co_managed})]


def test_the_largest_holds_and_not_the_sum() -> None:
    assert required(rule("manager", 3), rule("manager", 2), rule("manager", 5)) == [("manager", 5, "month")]


def test_a_rule_that_does_not_hold_does_not_bind() -> None:
    rules = (rule("president", 1, when=CO_MANAGED), rule("manager", 3), rule("manager", 4, when=CO_MANAGED))
    assert required(*rules) == [("manager", 3, "month")]
    assert required(*rules, co_managed=1) == [("president", 1, "month"), ("manager", 4, "month")]


def test_a_month_and_a_quarter_bind_side_by_side() -> None:
    rules = (rule("manager", 1), rule("manager", 4, "quarter"))
    assert required(*rules) == [("manager", 1, "month"), ("manager", 4, "quarter")]


def test_roles_stand_in_the_order_they_are_written_whichever_rule_binds() -> None:
    rules = (rule("head", 1), rule("manager", 9), rule("head", 3))
    assert required(*rules) == [("head", 3, "month"), ("manager", 9, "month")]


def test_of_two_equally_large_the_first_written_binds() -> None:
    first, second = rule("manager", 3), rule("manager", 3, when=CO_MANAGED)
    assert owed((first, second), {"co_managed": 1})[0] is first


def test_without_rules_nothing_is_owed() -> None:
    assert required() == []


RULES = st.builds(
    rule,
    st.sampled_from(["manager", "head"]),
    st.integers(1, 9),
    st.sampled_from(["month", "quarter"]),
    st.sampled_from([ALWAYS, CO_MANAGED]),
)


@given(st.lists(RULES), st.integers(0, 1))
def test_each_role_and_period_owes_the_most_that_any_rule_asks(rules: list[ObligationRule], co_managed: int) -> None:
    held = [each for each in rules if each.when.holds({"co_managed": co_managed})]
    most = {key: max(each.at_least for each in held if (each.role, each.per) == key) for key in
            {(each.role, each.per) for each in held}}  # fmt: skip
    assert {(role, per): count for role, count, per in required(*rules, co_managed=co_managed)} == most
