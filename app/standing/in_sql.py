"""Standings in SQL, as a part of greater statements that are written as text."""

from typing import Final

STANDS: Final = """
SELECT stands.client_id, stands.rulebook, COALESCE(hand.tier, stands.ceiling, stands.tier) AS tier
FROM standing AS stands LEFT JOIN LATERAL (
  SELECT each.tier FROM tier_override AS each
  WHERE (each.client_id, each.rulebook) = (stands.client_id, stands.rulebook)
    AND each.state = 'approved' AND each.from_day <= :on AND each.until_day > :on
  ORDER BY each.decided_at DESC LIMIT 1
) AS hand ON true
"""
"""The tier that shows of each client under each rulebook that decided it: set by hand, held down to, or held.

Null where the rulebook has no tiers. `:on` is the day on which what was set by hand must be in force.
"""
