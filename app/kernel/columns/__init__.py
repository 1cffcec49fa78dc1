"""The decision of `score.py` over columns: narwhals expressions for any engine, the same integers.

A frame gives each known fact as an Int64 column `fact__<name>`, encoded by `Fact.encode` and null
where missing, and may give `standing__tier`, a rank. `decide.decide_columns` adds:

- `applies`, `refused`, `complete` and `missing__<fact>`: flags;
- `class__<classification>`, `tier`, `weights`: labels;
- `points__<indicator>` (4 decimals), `dimension__<name>` and `score` (12 decimals): Int64;
- `obligation__<role>__<per>`: required visits, 0 where none are owed;

and, where the whole decision is asked for, what a client's movement goes by:

- `earned`, the label of the tier before ceilings;
- `ceiling__<reason>`, whether one of this reason holds, and `held_at`, the lowest rank that a
  ceiling leaves, null where none holds: Int64;
- `stay__<kind>`, the kinds of `StayWarning`: flags, false where there is no standing;
- `warning__<reason>` and `exit__<reason>`, the rulebook's triggers: flags;
- `review`, the period until the next one ("P3M"), null where none is due.

Outcomes are null where the rulebook does not apply or refuses. What rules read stands in working
columns `env__<name>`, made stage by stage, so that no expression is written out twice.

`names` says which columns a rulebook makes and needs no engine; nothing but this package imports narwhals.
"""
