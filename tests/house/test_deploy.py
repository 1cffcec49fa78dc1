"""What operations load: alert rules and a dashboard that ask for nothing the service does not tell."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import yaml
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from app.db.migrate import ROOT
from app.main import create_app
from app.settings import Settings

RULES: Final = ROOT / "deploy" / "prometheus-alerts.yaml"
DASHBOARD: Final = ROOT / "deploy" / "grafana-dashboard.json"
_NAME: Final = re.compile(r"\btierbook_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    return [each for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for each in group["rules"]]


def asked() -> Iterator[str]:
    """Every expression of both."""
    yield from (each["expr"] for each in rules())
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        yield from (each["expr"] for each in panel["targets"])


@pytest.fixture
def told(settings: Settings) -> set[str]:
    """The names of the samples that the service tells, or will once there is something to count."""
    app: FastAPI = create_app(settings)
    registry: CollectorRegistry = app.state.metrics.registry
    return {name for names in registry._collector_to_names.values() for name in names}


def test_every_metric_that_is_asked_for_is_told(told: set[str]) -> None:
    wanted = {name for expression in asked() for name in _NAME.findall(expression)}
    assert wanted - told == set()


def test_every_alert_says_what_is_wrong_in_both_languages_and_what_to_do() -> None:
    for each in rules():
        assert re.search("[a-z]", each["annotations"]["summary"])
        assert re.search("[\u4e00-\u9fff]", each["annotations"]["summary"])
        assert each["annotations"]["description"]
        assert each["labels"]["severity"] in {"critical", "warning"}
