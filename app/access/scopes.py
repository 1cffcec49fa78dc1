"""Scopes: what a key may do. A closed list, for every route must name one of them."""

from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One permission. A key holds a set of them; a route asks for exactly one."""

    SCORE = "score:run"
    RULEBOOKS_READ = "rulebooks:read"
    RULEBOOKS_WRITE = "rulebooks:write"
    RULEBOOKS_PUBLISH = "rulebooks:publish"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_WRITE = "organisation:write"
    CLIENTS_READ = "clients:read"
    CLIENTS_WRITE = "clients:write"
    CLIENTS_ERASE = "clients:erase"
    FACTS_WRITE = "facts:write"
    STANDING_ASSESS = "standing:assess"
    STANDING_WRITE = "standing:write"
    STANDING_APPROVE = "standing:approve"
    RECOGNITION_NOMINATE = "recognition:nominate"
    RECOGNITION_ASSESS = "recognition:assess"
    RECOGNITION_VOTE = "recognition:vote"
    COVERAGE_READ = "coverage:read"
    COVERAGE_WRITE = "coverage:write"
    COVERAGE_APPROVE = "coverage:approve"
    PORTFOLIO_RUN = "portfolio:run"
    EVENTS_READ = "events:read"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    AUDIT_READ = "audit:read"
    PEOPLE_ACT_FOR = "people:act-for"
    METRICS_READ = "metrics:read"
    ADMIN = "admin"


DESCRIPTIONS: Final[dict[Scope, str]] = {
    Scope.SCORE: "score clients, singly and in batches (评分)",
    Scope.RULEBOOKS_READ: "read rulebooks and their versions (查看细则)",
    Scope.RULEBOOKS_WRITE: "check and store rulebook drafts (编辑细则)",
    Scope.RULEBOOKS_PUBLISH: "publish a rulebook version (发布细则)",
    Scope.ORGANISATION_READ: "read units, officers and roles (查看机构人员)",
    Scope.ORGANISATION_WRITE: "keep units, officers and roles (维护机构人员)",
    Scope.CLIENTS_READ: "read clients, their facts, standing and history (查看客户)",
    Scope.CLIENTS_WRITE: "keep clients, contacts, relations and teams (维护客户)",
    Scope.CLIENTS_ERASE: "erase what is personal of a natural person (删除个人信息)",
    Scope.FACTS_WRITE: "record facts of clients (录入指标)",
    Scope.STANDING_ASSESS: "assess clients and store the decision (评估)",
    Scope.STANDING_WRITE: "keep plans, propose overrides and exits (维护改善计划)",
    Scope.STANDING_APPROVE: "approve overrides and exits as the second person (复核)",
    Scope.RECOGNITION_NOMINATE: "nominate clients, withdraw and file nominations (推荐)",
    Scope.RECOGNITION_ASSESS: "assess nominated clients as an expert (专家评估)",
    Scope.RECOGNITION_VOTE: "vote in the committee (委员会表决)",
    Scope.COVERAGE_READ: "read what is owed to clients, visits and attainment (查看拜访与达成)",
    Scope.COVERAGE_WRITE: "record, correct and plan visits and occasions (录入拜访)",
    Scope.COVERAGE_APPROVE: "accept reasons for missed visits as the second person (复核未达原因)",
    Scope.PORTFOLIO_RUN: "try and stress a whole portfolio; assess it too, with standing:assess (批量评估)",
    Scope.EVENTS_READ: "read what happened, as the feed and the stream of events have it (查看事件)",
    Scope.WEBHOOKS_READ: "read webhooks and their deliveries (查看推送)",
    Scope.WEBHOOKS_WRITE: "register, change, pause and try webhooks, rotate their secrets (维护推送)",
    Scope.AUDIT_READ: "read the audit trail (查看审计)",
    Scope.PEOPLE_ACT_FOR: "say by X-On-Behalf-Of for whom it acts; for front-ends with a login of their own (代表员工)",
    Scope.METRICS_READ: "read /metrics, for Prometheus (监控)",
    Scope.ADMIN: "everything; for the first key and for emergencies (管理员)",
}
"""What each scope permits, for the OpenAPI document and for `tierbook keys create --help`."""


def permits(held: frozenset[Scope], needed: Scope) -> bool:
    """Whether the held scopes reach the needed one; `admin` reaches every one."""
    return needed in held or Scope.ADMIN in held
