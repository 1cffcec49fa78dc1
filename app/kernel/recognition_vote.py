"""The committee's vote on a recognition: who may, what counts, what carries (domain.md A13)."""

from dataclasses import replace
from datetime import date

from app.kernel.recognition import Case, CastVote, Majority, RecognitionRules, Recusal, Recuse, Vote
from app.kernel.workflow import Person, Refusal, unreasoned


def open_vote(rules: RecognitionRules, case: Case, committee: frozenset[Person], today: date) -> Case | Refusal:
    """The case before the committee, without its nominators.

    Refused while too few are left for the quorum: that is the committee's fault, and no reason for the case to end.
    """
    members = committee - case.nominators
    least = max(rules.quorum, 1)
    if len(members) < least:
        return Refusal(
            "committee_too_small", f"{least} members are needed who did not nominate: there are {len(members)}"
        )
    return replace(case.opened("vote", rules, today), committee=members)


def cast_vote(rules: RecognitionRules, case: Case, action: CastVote, today: date) -> Case | Refusal:
    """The case with one more vote; the last one decides it."""
    needed = unreasoned([action.reason]) if action.choice == "against" else None
    if refusal := _barred(case, action.person) or needed:
        return refusal
    vote = Vote(action.person, action.choice, action.reason, today)
    return _settled(rules, replace(case, votes=(*case.votes, vote)), today)


def recuse(rules: RecognitionRules, case: Case, action: Recuse, today: date) -> Case | Refusal:
    """The case with one member fewer to vote; with the last one that was waited for, it is decided."""
    if refusal := _barred(case, action.person) or unreasoned([action.reason]):
        return refusal
    recusal = Recusal(action.person, action.reason)
    return _settled(rules, replace(case, recusals=(*case.recusals, recusal)), today)


def decide(rules: RecognitionRules, case: Case, today: date) -> Case:
    """The case decided by the votes that are cast. Without a quorum it lapses."""
    if len(case.votes) < rules.quorum:
        return case.closed("lapsed", today, "no_quorum")
    choices = [each.choice for each in case.votes]
    in_favour, against = choices.count("for"), choices.count("against")
    if not carries(rules.majority, in_favour, against):
        return case.closed("refused", today, "majority_not_reached" if against else "only_abstentions")
    recognised = replace(case, recognised_on=today)
    if case.level == "regional":
        return recognised.opened("filing", rules, today)
    return recognised.closed("recognised", today)


def carries(majority: Majority, in_favour: int, against: int) -> bool:
    """Whether the votes reach the majority of those for and against; without a vote for, never."""
    if not in_favour:
        return False
    if majority == "more_than_half":
        return 2 * in_favour > in_favour + against
    if majority == "two_thirds":
        return 3 * in_favour >= 2 * (in_favour + against)
    return against == 0


def _settled(rules: RecognitionRules, case: Case, today: date) -> Case:
    """Decided, once everybody has voted who may, or so few may that there is no quorum to wait for."""
    waiting = len(case.votes) < len(case.voting)
    return case if waiting and len(case.voting) >= rules.quorum else decide(rules, case, today)


def _barred(case: Case, person: Person) -> Refusal | None:
    if person in case.nominators:
        return Refusal("is_nominator", "whoever nominated the client does not vote on it")
    if person not in case.committee:
        return Refusal("not_a_member", "only members of the committee vote, as it stood when the vote opened")
    if person not in case.voting:
        return Refusal("recused_already", "this member has withheld from the vote")
    if any(vote.member == person for vote in case.votes):
        return Refusal("voted_already", "this member has voted: a vote stands")
    return None
