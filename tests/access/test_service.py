"""Keys in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.access import keys, service, verifying
from app.access.bootstrap import AnotherSecretError, PresetKeyError, first_key
from app.access.keys import ServerSecret
from app.access.scopes import Scope
from app.access.service import KeyNotFoundError, KeyOrder, KeyStateError
from app.settings import Settings
from app.trail.tables import AuditEntry
from tests.service import NOON, new_key, secret_of

DAY = timedelta(days=1)


@pytest.fixture
def secret(settings: Settings) -> ServerSecret:
    return secret_of(settings)


async def _works(session: AsyncSession, secret: ServerSecret, token: str, after: timedelta = timedelta(0)) -> bool:
    return bool(await verifying.verified(session, keys.digests(token, [secret]), NOON + after))


async def _everything_stored(session: AsyncSession) -> str:
    await session.flush()
    return repr((await session.execute(text("SELECT api_key::text FROM api_key"))).all())


async def test_no_key_is_stored(session: AsyncSession, settings: Settings) -> None:
    made = [new_key(session, settings), new_key(session, settings, name="other")]
    stored = await _everything_stored(session)
    for key in made:
        assert key.key.prefix in stored
        assert key.token not in stored
        assert key.token.split("_")[2] not in stored
        assert key.token not in repr(key)


async def test_a_key_works_until_it_expires(session: AsyncSession, secret: ServerSecret) -> None:
    order = KeyOrder("crm", frozenset({Scope.SCORE}), NOON + DAY, "test")
    token = service.create(session, secret, NOON, order).token
    assert await _works(session, secret, token, DAY - timedelta(microseconds=1))
    assert not await _works(session, secret, token, DAY)


async def test_a_key_works_under_its_secret_alone(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    token = new_key(session, settings).token
    other = ServerSecret(b"another secret")
    assert not await _works(session, other, token)
    assert await verifying.verified(session, keys.digests(token, [other, secret]), NOON)
    assert await verifying.made_under_another_secret(session, [other], NOON)
    assert not await verifying.made_under_another_secret(session, [other, secret], NOON)
    await service.revoke(session, token[:11], NOON, by="staff")
    assert not await verifying.made_under_another_secret(session, [other], NOON)


@pytest.mark.parametrize(
    "order",
    [
        KeyOrder(" ", frozenset({Scope.SCORE}), None, "test"),
        KeyOrder("crm", frozenset(), None, "test"),
        KeyOrder("\x1b[31mred", frozenset({Scope.SCORE}), None, "test"),
        KeyOrder("x" * 101, frozenset({Scope.SCORE}), None, "test"),
        KeyOrder("crm", frozenset({Scope.SCORE}), NOON, "test"),
    ],
)
async def test_an_order_that_makes_no_sense(session: AsyncSession, secret: ServerSecret, order: KeyOrder) -> None:
    with pytest.raises(ValueError, match=r"name|past"):
        service.create(session, secret, NOON, order)


async def test_a_revoked_key_stops_at_once_in_the_database(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    token = new_key(session, settings).token
    first = await service.revoke(session, "test", NOON, by="staff")
    again = await service.revoke(session, token[:11], NOON + DAY, by="staff")
    assert first == again
    assert [key.revoked_at for key in again] == [NOON]
    assert not await _works(session, secret, token)


async def test_by_its_name_a_key_stops_with_those_that_it_replaced(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    old = new_key(session, settings)
    new = await service.rotate(session, secret, "test", NOON, by="staff")
    assert await service.revoke(session, "test", NOON, by="staff") == [new.key, old.key]
    assert not await _works(session, secret, old.token)


async def test_a_name_that_was_revoked_may_be_revoked_again(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    new_key(session, settings)
    await service.rotate(session, secret, "test", NOON, by="staff")
    first = await service.revoke(session, "test", NOON, by="staff")
    assert (await service.revoke(session, "test", NOON + DAY, by="staff"))[0] is first[0]
    assert first[0].revoked_at == NOON


async def test_by_its_prefix_a_key_stops_alone(session: AsyncSession, settings: Settings, secret: ServerSecret) -> None:
    old = new_key(session, settings)
    new = await service.rotate(session, secret, "test", NOON, by="staff")
    assert await service.revoke(session, new.key.prefix, NOON, by="staff") == [new.key]
    assert await _works(session, secret, old.token)


async def test_rotation_overlaps_then_ends(session: AsyncSession, settings: Settings, secret: ServerSecret) -> None:
    old = new_key(session, settings, Scope.SCORE, Scope.RULEBOOKS_READ)
    new = await service.rotate(session, secret, "test", NOON + DAY, by="staff")
    assert new.key.rotated_from == old.key.id
    assert (new.key.name, new.key.scopes) == (old.key.name, old.key.scopes)
    assert await _works(session, secret, old.token, 2 * DAY - timedelta(seconds=1))
    assert not await _works(session, secret, old.token, 2 * DAY)
    assert await _works(session, secret, new.token, 1000 * DAY)


async def test_rotation_never_lengthens_a_life(session: AsyncSession, secret: ServerSecret) -> None:
    order = KeyOrder("crm", frozenset({Scope.SCORE}), NOON + timedelta(hours=1), "test")
    old = service.create(session, secret, NOON, order)
    new = await service.rotate(session, secret, "crm", NOON, by="staff")
    assert old.key.expires_at == NOON + timedelta(hours=1)
    assert new.key.expires_at == NOON + timedelta(hours=1)


async def test_rotation_without_overlap_revokes(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    old = new_key(session, settings)
    await service.rotate(session, secret, "test", NOON, timedelta(0), by="staff")
    assert not await _works(session, secret, old.token)


@pytest.mark.parametrize(
    ("overlap", "action", "until"),
    [(timedelta(0), "key.revoked", None), (DAY, "key.ending", (NOON + DAY).isoformat())],
)
async def test_the_trail_says_what_became_of_a_key_that_was_rotated(
    session: AsyncSession, settings: Settings, secret: ServerSecret, overlap: timedelta, action: str, until: str | None
) -> None:
    old = new_key(session, settings)
    await service.rotate(session, secret, "test", NOON, overlap, by="staff")
    entries = await session.scalars(select(AuditEntry).where(AuditEntry.object_id == str(old.key.id)))
    [ended] = [each for each in entries if each.action != "key.created"]
    assert (ended.action, ended.key_name, ended.reason) == (action, "staff", "rotation")
    assert (ended.after or {})["expires_at"] == until


async def test_the_trail_says_nothing_of_a_rotated_key_that_ends_as_it_would_have(
    session: AsyncSession, secret: ServerSecret
) -> None:
    old = service.create(session, secret, NOON, KeyOrder("crm", frozenset({Scope.SCORE}), NOON + DAY, "test"))
    await service.rotate(session, secret, "crm", NOON, 2 * DAY, by="staff")
    actions = await session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(old.key.id)))
    assert actions.all() == ["key.created"]


async def test_a_name_means_the_newest_of_a_rotation(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    new_key(session, settings)
    second = await service.rotate(session, secret, "test", NOON, by="staff")
    third = await service.rotate(session, secret, "test", NOON, by="staff")
    assert third.key.rotated_from == second.key.id
    assert await service.find(session, str(third.key.id)) is third.key


async def test_what_cannot_be_rotated(session: AsyncSession, settings: Settings, secret: ServerSecret) -> None:
    new_key(session, settings)
    await service.revoke(session, "test", NOON, by="staff")
    with pytest.raises(KeyStateError):
        await service.rotate(session, secret, "test", NOON, by="staff")


async def test_none_or_several(session: AsyncSession, settings: Settings) -> None:
    with pytest.raises(KeyNotFoundError, match="no key"):
        await service.find(session, "nobody")
    new_key(session, settings)
    new_key(session, settings)
    with pytest.raises(KeyNotFoundError, match="several"):
        await service.find(session, "test")


async def test_use_never_moves_back(session: AsyncSession, settings: Settings) -> None:
    key = new_key(session, settings).key
    await session.flush()
    for moment in (NOON, NOON + DAY, NOON):
        await verifying.record_use(session, {key.id: moment})
    await session.refresh(key)
    assert key.last_used_at == NOON + DAY


async def test_an_unknown_scope_gives_nothing(session: AsyncSession, settings: Settings) -> None:
    key = new_key(session, settings, Scope.SCORE).key
    key.scopes = ["score:run", "from:the:future"]
    assert verifying.known_scopes(key) == {Scope.SCORE}


async def test_the_first_key_is_made_once(session: AsyncSession, secret: ServerSecret) -> None:
    token = await first_key(session, [secret], NOON, None)
    assert token is not None
    assert await _works(session, secret, token, 10_000 * DAY)
    assert await first_key(session, [secret], NOON, None) is None
    assert len(await service.listed(session)) == 1


@pytest.mark.parametrize("preset", ["correct-horse-battery-staple", keys.mint()], ids=["text", "minted"])
async def test_a_preset_first_key_works_and_is_not_repeated(
    session: AsyncSession, secret: ServerSecret, preset: str
) -> None:
    assert await first_key(session, [secret], NOON, preset) is None
    assert await first_key(session, [secret], NOON, preset) is None
    assert await first_key(session, [secret], NOON, "another-preset-0123456789") is None
    assert await _works(session, secret, preset)
    assert len(await service.listed(session)) == 1
    assert preset not in await _everything_stored(session)


def mistyped(token: str) -> str:
    return token[:-1] + ("0" if token[-1] != "0" else "1")


@pytest.mark.parametrize("preset", ["short", "has a blank in it", mistyped(keys.mint())], ids=str.__len__)
async def test_a_preset_that_cannot_be_a_key_says_what_would(
    session: AsyncSession, secret: ServerSecret, preset: str
) -> None:
    with pytest.raises(PresetKeyError, match="openssl rand") as refusal:
        await first_key(session, [secret], NOON, preset)
    assert preset not in str(refusal.value)


async def test_a_start_under_another_secret_than_every_key_s_is_refused(
    session: AsyncSession, settings: Settings, secret: ServerSecret
) -> None:
    new_key(session, settings)
    other = ServerSecret(b"another secret")
    with pytest.raises(AnotherSecretError, match="TIERBOOK_KEY_SECRET"):
        await first_key(session, [other], NOON, None)
    assert await first_key(session, [other, secret], NOON, None) is None
