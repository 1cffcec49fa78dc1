"""Reviews over HTTP: what is due when; completed, rescheduled, skipped (domain.md A4, A10)."""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path, Request, Response

from app.access.guard import requires
from app.access.scopes import Scope
from app.http.etag import PRECONDITIONS, TAGGED, etag, expect
from app.http.openapi import problem
from app.http.paging import Limit, MomentCursor, moment_cursor, next_cursor, read_moment
from app.http.routing import Router
from app.http.transaction import Acting, Reads
from app.organisation.telling import shown_to
from app.reviews import acting, queries
from app.reviews.acting import Office
from app.reviews.planning import Planner
from app.reviews.schemas import ReviewDetail, ReviewDone, ReviewMoveOrder, ReviewPage, ReviewReport
from app.reviews.stored import Review
from app.reviews.wire import as_review
from app.standing.queries import assessment
from app.standing.schemas import ReasonGiven
from app.standing.wire import as_assessment
from app.trail.change import Change, Reading

router = Router(prefix="/v1/reviews", tags=["reviews"])

ReviewId = Annotated[UUID, Path(description="The review.")]
NO_REVIEW: Final = problem(404, "No such review, or none of a client that this key may see.")
NOT_YOURS: Final = problem(403, "The key lacks the scope, or a unit outside the key's leads the client.")
DECLINED: Final = NO_REVIEW | TAGGED | NOT_YOURS


async def office(request: Request) -> Office:
    """What reviews are done with."""
    state = request.app.state
    return Office(state.judges, state.followers, Planner(state.settings.calendar))


AtOffice = Annotated[Office, Depends(office)]


@router.get(
    "",
    operation_id="listReviews",
    summary="Reviews",
    dependencies=[requires(Scope.REVIEWS_READ)],
    responses=problem(404, "No such client, officer or unit, or none that this key may see."),
)
async def list_reviews(
    reads: Reads,
    asked: Annotated[queries.Filter, Depends()],
    limit: Limit = 50,
    cursor: MomentCursor = None,
) -> ReviewPage:
    """Of the clients that the key sees, by when they are due. What is open is upcoming, due, then overdue."""
    rows = await queries.listed(reads, asked, read_moment(cursor), limit + 1)
    page = ReviewPage(
        items=[as_review(row, reads.now) for row in rows[:limit]],
        next_cursor=next_cursor(rows, limit, lambda row: moment_cursor(row.due_at, row.id)),
    )
    return await shown_to(reads, page)


@router.get(
    "/{review_id}",
    operation_id="readReview",
    summary="One review",
    dependencies=[requires(Scope.REVIEWS_READ)],
    responses=NO_REVIEW | TAGGED,
)
async def read_review(review_id: ReviewId, reads: Reads, response: Response) -> ReviewDetail:
    """When it is due, how often it was put off, and what became of it."""
    return await _tagged(await queries.review_of_id(reads, review_id), reads, response)


@router.post(
    "/{review_id}/complete",
    operation_id="completeReview",
    summary="Do a review: assess the client, move it, plan the next",
    dependencies=[requires(Scope.REVIEWS_WRITE)],
    responses=DECLINED | problem(409, "It is over, its cycle has not begun, or a later assessment stands."),
    openapi_extra=PRECONDITIONS,
)
async def complete_review(
    review_id: ReviewId, report: ReviewReport, change: Acting, at: AtOffice, request: Request, response: Response
) -> ReviewDone:
    """One transaction: the assessment that counts as this review, all that follows from it, and the next review.

    The next is counted from the day on which this one was planned, whenever it was done. Done once: the same again
    answers what it came to. A review that is not due yet may be done once the one before was.
    """
    expects = partial(expect, request.headers)
    done = await acting.complete(change, at, review_id, report.as_of, report.note, expects)
    response.headers["ETag"] = etag(done.revision)
    return await shown_to(change, await _what_it_came_to(change, at, done))


@router.post(
    "/{review_id}/reschedule",
    operation_id="rescheduleReview",
    summary="Have a review be due at another time",
    dependencies=[requires(Scope.REVIEWS_WRITE)],
    responses=DECLINED | problem(409, "It is over, or was postponed as often as it may be."),
    openapi_extra=PRECONDITIONS,
)
async def reschedule_review(
    review_id: ReviewId, order: ReviewMoveOrder, change: Acting, at: AtOffice, request: Request, response: Response
) -> ReviewDetail:
    """Sooner, also at once; or later, within limits. The next is still counted from the day on which it was planned."""
    expects = partial(expect, request.headers)
    moved = await acting.reschedule(change, at, review_id, order.to, order.reason, expects)
    return await _tagged(moved, change, response)


@router.post(
    "/{review_id}/skip",
    operation_id="skipReview",
    summary="Leave a review out",
    dependencies=[requires(Scope.REVIEWS_WRITE)],
    responses=DECLINED | problem(409, "It is over, the year's in full, or the one before was skipped."),
    openapi_extra=PRECONDITIONS,
)
async def skip_review(
    review_id: ReviewId, why: ReasonGiven, change: Acting, at: AtOffice, request: Request, response: Response
) -> ReviewDetail:
    """The next is planned at once. Never the year's in full, and never two in a row."""
    expects = partial(expect, request.headers)
    return await _tagged(await acting.skip(change, at, review_id, why.reason, expects), change, response)


async def _tagged(review: Review, reads: Reading, response: Response) -> ReviewDetail:
    response.headers["ETag"] = etag(review.revision)
    return await shown_to(reads, as_review(review, reads.now))


async def _what_it_came_to(change: Change, at: Office, done: Review) -> ReviewDone:
    if done.assessment_id is None:
        raise TypeError(f"the review {done.id} was not done")
    record = await assessment(change, done.assessment_id)
    version = at.judges.registry.known_by_digest(record.digest)
    following = await queries.reviews_after(change.session, done)
    return ReviewDone(
        review=as_review(done, change.now),
        assessment=as_assessment(record, version.sound.rulebook if version else None),
        next=next((as_review(each, change.now) for each in following), None),
    )
