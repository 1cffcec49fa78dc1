"""The append-only trail: what was done or denied, by whom, written in the transaction that does it."""
