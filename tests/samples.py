"""One sound request for each route: what contract and hostility tests start from. A new route adds its own."""

from typing import Any, Final

from fastapi.routing import APIRoute

_FACTS: Final = {"segment": "corporate", "deposit_balance": "230000000.00", "co_managed": True}
_CLIENT: Final = {
    "kind": "company",
    "name": "北方重工",
    "segment": "corporate",
    "level": "bank_wide",
    "category": "industry_leader",
    "co_managed": True,
    "industry": "industry",
    "region": "辽宁",
    "ownership": "state",
    "life_cycle_stage": "mature",
    "unit": "B1",
    "assisting_units": ["B2"],
    "relations": [{"kind": "group", "client_id": "C-2"}],
}
_ITEM: Final = {
    "client_id": "C-1",
    "facts": _FACTS | {"credit_target": {"value": "0", "as_of": "2026-11-01", "source": "crm"}},
}

SAMPLES: Final[dict[str, Any]] = {
    "POST /v1/score": {
        "client_id": "C-1",
        "rulebook": "strategic-clients",
        "version": 1,
        "as_of": "2026-11-22",
        "facts": {
            "overdue_days": 0,
            "annual_revenue": "35亿",
            "revenue_growth": {"value": "28%", "as_of": "2026-11-01", "source": "crm"},
        },
        "standing": {"tier": "key", "since": "2026-01-01", "reviews_below": 0},
        "nearest": False,
    },
    "POST /v1/score/batch": {"rulebook": "corporate-classes", "as_of": "2026-11-22", "items": [_ITEM]},
    "POST /v1/rulebooks/check": {"document": "rulebook: corporate-classes\n"},
    "POST /v1/rulebooks/{name}/versions": {"document": "rulebook: corporate-classes\n"},
    "POST /v1/rulebooks/{name}/versions/{version}/publish": {"effective_from": "2027-01-01"},
    "POST /v1/rulebooks/{name}/versions/{version}/widen": {
        "units": ["B1"],
        "effective_from": "2027-01-01",
        "effective_until": "2027-07-01",
    },
    "POST /v1/rulebooks/{name}/versions/{version}/end": {"units": ["B1"], "on": "2027-03-01"},
    "PUT /v1/units/{unit_id}": {
        "kind": "branch",
        "name": "第一分行",
        "parent_id": "HO",
        "from": "2026-11-22",
        "closed_on": "2030-01-01",
    },
    "PUT /v1/officers/{officer_id}": {
        "name": "李雷",
        "left_on": "2030-01-01",
        "postings": [{"unit_id": "B1", "role": "relationship_manager", "from": "2026-11-22"}],
    },
    "POST /v1/officers/{officer_id}/postings": {"unit_id": "B1", "role": "corporate_director", "from": "2026-11-22"},
    "POST /v1/officers/{officer_id}/moves": {"unit_id": "B1", "role": "branch_president", "from": "2030-01-01"},
    "POST /v1/postings/{posting_id}/end": {"on": "2030-01-01"},
    "PUT /v1/roles/{role}": {"label": {"en": "Advisor", "zh": "顾问"}},
    "PUT /v1/clients/{client_id}": _CLIENT,
    "POST /v1/clients/bulk": {"items": [_CLIENT | {"client_id": "C-1"}]},
    "POST /v1/clients/{client_id}/erasure": {"reason": "asked for on 2026-11-20"},
    "POST /v1/clients/{client_id}/contacts": {
        "name": "王芳",
        "position": "财务总监",
        "phone": "+86 24 2345 6789",
        "email": "wang@example.com",
        "state": "working",
        "checked_on": "2026-11-01",
    },
    "PUT /v1/clients/{client_id}/contacts/{contact_id}": {"name": "王芳", "phone": "+86 24 2345 6789"},
    "POST /v1/clients/{client_id}/assignments": {
        "officer_id": "10001",
        "role": "relationship_manager",
        "owner": True,
        "from": "2026-11-22",
    },
    "POST /v1/clients/{client_id}/assignments/{assignment_id}/end": {"on": "2030-01-01"},
    "POST /v1/clients/{client_id}/handovers": {
        "from_officer": "10001",
        "to_officer": "10002",
        "role": "relationship_manager",
        "on": "2026-12-01",
        "reason": "a new sub-branch",
    },
    "POST /v1/clients/{client_id}/owner-kept": {"on": "2026-11-20", "reason": "asked for"},
    "POST /v1/clients/{client_id}/facts": {
        "facts": {
            "deposit_balance": "230000000.00",
            "products_used": 4,
            "credit_rating": {"value": "AA", "as_of": "2026-11-01", "source": "credit-bureau"},
        },
        "as_of": "2026-11-20",
        "source": "core-banking",
    },
    "POST /v1/clients/{client_id}/assessments": {
        "rulebook": "strategic-clients",
        "as_of": "2026-11-20",
        "review": "2026-Q4",
    },
    "POST /v1/plans/{plan_id}/open": {
        "owner": "10001",
        "measures": [{"text": "call on the treasurer", "by": "2026-12-31", "done_on": "2026-11-20"}],
    },
    "PUT /v1/plans/{plan_id}": {"owner": "10001", "measures": [{"text": "win the payroll", "by": "2026-12-31"}]},
    "POST /v1/plans/{plan_id}/extend": {"reason": "a contract is about to be signed"},
    "POST /v1/clients/{client_id}/overrides": {
        "rulebook": "strategic-clients",
        "tier": "key",
        "from": "2026-11-22",
        "until": "2027-03-01",
        "reason": "merger under way",
    },
    "POST /v1/overrides/{override_id}/decide": {"approve": True, "reason": "agreed"},
    "POST /v1/overrides/{override_id}/end": {"reason": "merger called off"},
    "POST /v1/clients/{client_id}/nominations": {
        "rulebook": "strategic-clients",
        "level": "bank_wide",
        "category": "industry_leader",
        "tier": "key",
        "joint_with": ["10002"],
        "reason": "leads its industry",
    },
    "POST /v1/nominations/{nomination_id}/opinions": {
        "scores": {"innovation": "high", "brand": "medium"},
        "remark": "a strong laboratory",
    },
    "POST /v1/nominations/{nomination_id}/votes": {"choice": "against", "reason": "weak cash flow"},
    "POST /v1/nominations/{nomination_id}/recusals": {"reason": "a cousin works there"},
    "POST /v1/nominations/{nomination_id}/withdraw": {"reason": "the group was sold"},
    "POST /v1/clients/{client_id}/exits": {
        "rulebook": "strategic-clients",
        "reason": "no longer a strategic fit",
        "decision": "2026-11 / 4",
    },
    "POST /v1/exits/{exit_id}/confirm": {"reason": "agreed by the committee"},
    "POST /v1/exits/{exit_id}/steps/{step}/done": {"remark": "told on 2026-11-20"},
    "POST /v1/exits/{exit_id}/steps/{step}/assign": {"officer_id": "10002"},
    "POST /v1/exits/{exit_id}/cancel": {"reason": "the debt is paid"},
    "POST /v1/runs": {
        "kind": "stress",
        "rulebook": "strategic-clients",
        "as_of": "2026-11-22",
        "unit": "B1",
        "filter": {"segment": "corporate", "tier": "core", "client_ids": ["C-1"]},
        "shocks": [{"name": "downturn", "changes": {"deposit_balance": "-30%", "credit_rating": "2 notches down"}}],
        "by": "tier",
    },
}
"""A sound body by `METHOD /path/{template}`."""

_PATH_VALUES: Final = {
    "run_id": "5d0b1c52-8c39-4a53-9d3f-6d4f5a1f0e77",
    "name": "corporate-classes",
    "version": "1",
    "unit_id": "B1",
    "officer_id": "10001",
    "posting_id": "7b0f6a40-54e5-4d35-a0a6-6c3c9f6e7f10",
    "role": "advisor",
    "client_id": "C-1",
    "fact": "deposit_balance",
    "contact_id": "0d3c51c8-6c3f-4f5e-9b53-0f5a4a8e1d11",
    "assignment_id": "b1f9e2a4-3a52-4d0c-8a3e-5f2f0f1d6c22",
    "nomination_id": "5c1d0f6e-2b7a-4c37-8f43-9a0a5d7e1b33",
    "exit_id": "e4a7c9d2-6f18-4b5c-a1d0-3b8f2c6e9a44",
    "step": "notify",
    "assessment_id": "0a7d3c1e-9b52-4f6a-8e21-7c4d5b6a1f55",
    "warning_id": "1b8e4d2f-ac63-4a7b-9f32-8d5e6c7b2a66",
    "plan_id": "2c9f5e3a-bd74-4b8c-8a43-9e6f7d8c3b77",
    "override_id": "3daf6f4b-ce85-4c9d-9b54-af7a8e9d4c88",
    "entry_id": "1",
}


def path_of(route: APIRoute) -> str:
    """The route's path with values that exist on a new installation."""
    return route.path_format.format_map(_PATH_VALUES)
