"""Who calls, and what they may do: keys, scopes, principals."""
