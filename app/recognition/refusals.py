"""What recognition refuses, as problems."""

from typing import Final

from app.errors import Conflict, Forbidden, NotFound, Unprocessable
from app.standing.casework import Answers


class NominationNotFound(NotFound):
    """No nomination has this id, or none of a client that this caller may see."""

    code = "nomination_not_found"
    title = "No such nomination"


class NominationOpen(Conflict):
    """The client is nominated under this rulebook already, and that is not at its end."""

    code = "nomination_open"
    title = "The client is nominated already"


class ClientLeaves(Conflict):
    """The client's exit under this rulebook is open: it is cancelled first, or the client comes back after its end."""

    code = "client_leaves"
    title = "The client is leaving"


class InvalidNomination(Unprocessable):
    """The nomination does not fit the client or the rulebook; `errors` names each part."""

    code = "invalid_nomination"
    title = "The nomination does not fit"


class NothingToRecognise(Conflict):
    """Nobody is recognised under this rulebook."""

    code = "nothing_to_recognise"
    title = "The rulebook has no recognition"


class NobodyDecides(Conflict):
    """No branch, or no head office, stands above the unit that leads the client."""

    code = "nobody_decides"
    title = "No unit decides on this client"


class NotTheirsToNominate(Forbidden):
    """Branch and head office nominate bank-wide clients; branch, sub-branch and outlet regional ones (B4, B6)."""

    code = "not_theirs_to_nominate"
    title = "This unit does not nominate the client"


class NotTheirsToFile(Forbidden):
    """The branch that recognised files the directory, or head office takes it (B6)."""

    code = "not_theirs_to_file"
    title = "This unit does not file the nomination"


class TooLate(Conflict):
    """The step's time was over: the action is not taken, and the case went the way that time gives it."""

    code = "too_late"
    title = "The time limit is over"


class NotYetDue(Conflict):
    """The step still has time."""

    code = "not_yet_due"
    title = "The step still has time"


class IsNominator(Forbidden):
    """Whoever nominated a client neither assesses it nor votes on it."""

    code = "is_nominator"
    title = "Who nominated does not decide"


class NotANominator(Forbidden):
    """A nomination is taken back by those who made it."""

    code = "not_a_nominator"
    title = "Only a nominator withdraws"


class NotAMember(Forbidden):
    """The committee votes, as it stood when the vote opened."""

    code = "not_a_member"
    title = "Only the committee votes"


class AssessedAlready(Conflict):
    """An opinion stands."""

    code = "assessed_already"
    title = "This expert has assessed already"


class VotedAlready(Conflict):
    """A vote stands."""

    code = "voted_already"
    title = "This member has voted already"


class RecusedAlready(Conflict):
    """Who withheld from the vote stays out of it."""

    code = "recused_already"
    title = "This member has withheld already"


class CommitteeTooSmall(Conflict):
    """Without the nominators the committee cannot reach its quorum: post more members to it."""

    code = "committee_too_small"
    title = "The committee is too small"


class WrongScores(Unprocessable):
    """An opinion gives a value of every fact that the rulebook names, and of no other; `errors` names each."""

    code = "wrong_scores"
    title = "The scores are not those that are asked for"


ANSWERS: Final[Answers] = {
    kind.code: kind
    for kind in (
        TooLate,
        NotYetDue,
        IsNominator,
        NotANominator,
        NotAMember,
        AssessedAlready,
        VotedAlready,
        RecusedAlready,
        CommitteeTooSmall,
        WrongScores,
    )
}
"""What the kernel's refusals are answered as."""
