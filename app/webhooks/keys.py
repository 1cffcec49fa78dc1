"""The keys that secrets are sealed under, of the settings."""

from app.settings import Settings
from app.webhooks.refusals import WebhookKeyUnavailable
from app.webhooks.sealing import SealingKeys


def sealing_keys(settings: Settings) -> SealingKeys:
    """The keys; raises WebhookKeyUnavailable where the one that is kept cannot be read."""
    try:
        return SealingKeys(*settings.webhook_seeds)
    except OSError:
        raise WebhookKeyUnavailable from None
