"""How a client leaves: triggers or a committee's decision, orderly steps, the end."""
