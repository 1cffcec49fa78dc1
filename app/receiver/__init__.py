"""A receiver of webhooks, for development: verifies, prints, and misbehaves on request."""
