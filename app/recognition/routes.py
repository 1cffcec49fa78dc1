"""Recognition over HTTP: nominate, assess, vote, withdraw, file (domain.md A4, B3-B7)."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.clients.parameters import Client
from app.http.openapi import problem
from app.http.paging import AfterId, Limit, next_cursor
from app.http.problems import answer
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.http.types import InDigits
from app.recognition import acting, expiring, queries
from app.recognition.desk import Desk
from app.recognition.nominating import nominate
from app.recognition.proposal import Proposal
from app.recognition.refusals import TooLate
from app.recognition.schemas import (
    Expiry,
    NominationDetail,
    NominationOrder,
    NominationPage,
    OpinionOrder,
    VoteOrder,
)
from app.recognition.wire import as_detail, as_expiry, as_nomination
from app.standing.casework import NOT_NOW, NOT_YOURS
from app.standing.parameters import Judging
from app.standing.schemas import ReasonGiven

router = Router(tags=["recognition"])

NominationId = Annotated[UUID, Path(description="The nomination.")]
NO_NOMINATION: Final = problem(404, "No such nomination, or none of a client that this key may see.")
DECLINED: Final = NO_NOMINATION | NOT_NOW | NOT_YOURS


async def desk(change: Acting, judges: Judging, request: Request) -> Desk:
    """What work on nominations needs, in the transaction of the request."""
    return Desk(change, judges, request.app.state.followers)


AtDesk = Annotated[Desk, Depends(desk)]


@router.post(
    "/v1/clients/{client_id}/nominations",
    operation_id="nominateClient",
    summary="Nominate a client",
    status_code=201,
    dependencies=[requires(Scope.RECOGNITION_NOMINATE)],
    responses=NOT_YOURS
    | problem(404, "No such client, or no such rulebook in force.")
    | problem(409, "It is nominated or leaving already, nobody decides on it, or the committee is too small."),
)
async def nominate_client(
    client_id: Client,
    order: NominationOrder,
    desk: AtDesk,
) -> NominationDetail:
    """Nominate at any time (随报随审). The system screens at once; who fails is refused, with what lacks.

    Branch and head office nominate bank-wide clients, head office decides. Branch, sub-branch and outlet nominate
    regional ones, the branch decides, and then files with head office. Nominators are the acting person and
    `joint_with`; they neither assess nor vote, so that nobody of the committee that decides is named there.
    """
    joint = tuple(order.joint_with)
    proposal = Proposal(order.rulebook, order.level, order.category, order.tier, joint, order.reason)
    return as_detail(await nominate(desk, client_id, proposal), desk.today)


@router.get(
    "/v1/nominations",
    operation_id="listNominations",
    summary="Nominations",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=problem(404, "No such client or officer, or none that this key may see."),
)
async def list_nominations(
    reads: Reads,
    asked: Annotated[queries.Filter, Depends()],
    limit: Limit = 50,
    cursor: AfterId = None,
) -> NominationPage:
    """Of the clients that the key sees, by id."""
    rows = await queries.listed(reads, asked, cursor, limit + 1)
    return NominationPage(
        items=[as_nomination(row, reads.today) for row in rows[:limit]],
        next_cursor=next_cursor(rows, limit, lambda row: row.id),
    )


@router.post(
    "/v1/nominations/expire",
    operation_id="expireNominations",
    summary="End what is over its time",
    dependencies=[requires(Scope.RECOGNITION_NOMINATE)],
)
async def expire_nominations(
    desk: AtDesk,
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many."), InDigits] = 100,
) -> Expiry:
    """A vote is decided by the votes that were cast; an assessment lapses; a filing stays open.

    Whoever acts on a late nomination ends it too: this is for those that nobody touches.
    """
    return as_expiry(await expiring.expire(desk, limit))


@router.get(
    "/v1/nominations/{nomination_id:uuid}",  # so that `expire` is not taken for one
    operation_id="readNomination",
    summary="One nomination",
    dependencies=[requires(Scope.CLIENTS_READ)],
    responses=NO_NOMINATION,
)
async def read_nomination(nomination_id: NominationId, reads: Reads) -> NominationDetail:
    """The whole case: who said what, what the standard says, what is waited for and until when."""
    return as_detail(await queries.nomination(reads, nomination_id), reads.today)


@router.post(
    "/v1/nominations/{nomination_id}/opinions",
    operation_id="assessNomination",
    summary="Give an expert's opinion",
    dependencies=[requires(Scope.RECOGNITION_ASSESS)],
    response_model=NominationDetail,
    responses=DECLINED,
)
async def assess_nomination(
    nomination_id: NominationId, order: OpinionOrder, desk: AtDesk, request: Request
) -> NominationDetail | Response:
    """As the acting person, an officer who did not nominate. An opinion stands.

    With the last that is needed the median of each score is recorded as the client's fact, and the vote opens.
    """
    return _answer(request, desk, await acting.assess(desk, nomination_id, order.scores, order.remark))


@router.post(
    "/v1/nominations/{nomination_id}/votes",
    operation_id="voteOnNomination",
    summary="Vote in the committee",
    dependencies=[requires(Scope.RECOGNITION_VOTE)],
    response_model=NominationDetail,
    responses=DECLINED,
)
async def vote_on_nomination(
    nomination_id: NominationId, order: VoteOrder, desk: AtDesk, request: Request
) -> NominationDetail | Response:
    """As the acting person, a member when the vote opened. A vote stands; the last one decides."""
    return _answer(request, desk, await acting.vote(desk, nomination_id, order.choice, order.reason))


@router.post(
    "/v1/nominations/{nomination_id}/recusals",
    operation_id="recuseFromNomination",
    summary="Withhold from the vote",
    dependencies=[requires(Scope.RECOGNITION_VOTE)],
    response_model=NominationDetail,
    responses=DECLINED,
)
async def recuse_from_nomination(
    nomination_id: NominationId, why: ReasonGiven, desk: AtDesk, request: Request
) -> NominationDetail | Response:
    """As the acting person, for good (回避). Where too few are left for the quorum the nomination lapses."""
    return _answer(request, desk, await acting.recuse(desk, nomination_id, why.reason))


@router.post(
    "/v1/nominations/{nomination_id}/withdraw",
    operation_id="withdrawNomination",
    summary="Take a nomination back",
    dependencies=[requires(Scope.RECOGNITION_NOMINATE)],
    response_model=NominationDetail,
    responses=DECLINED,
)
async def withdraw_nomination(
    nomination_id: NominationId, why: ReasonGiven, desk: AtDesk, request: Request
) -> NominationDetail | Response:
    """As one of the nominators, before the committee has decided. The client may be nominated again."""
    return _answer(request, desk, await acting.withdraw(desk, nomination_id, why.reason))


@router.post(
    "/v1/nominations/{nomination_id}/file",
    operation_id="fileNomination",
    summary="File a regional client with head office",
    dependencies=[requires(Scope.RECOGNITION_NOMINATE)],
    response_model=NominationDetail,
    responses=DECLINED,
)
async def file_nomination(nomination_id: NominationId, desk: AtDesk, request: Request) -> NominationDetail | Response:
    """By the branch that recognised, or head office (备案). It may be late: the client is recognised already."""
    return _answer(request, desk, await acting.file(desk, nomination_id))


def _answer(request: Request, desk: Desk, done: acting.Done) -> NominationDetail | Response:
    """The nomination; or the problem of who came too late, answered and not raised: what time ended is kept."""
    return answer(request.scope, done) if isinstance(done, TooLate) else as_detail(done, desk.today)
