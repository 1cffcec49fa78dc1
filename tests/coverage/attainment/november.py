"""A bank in November 2026, worked by hand.

November 2026 has 21 working days in China: 2 to 6, 9 to 13, 16 to 20, 23 to 27 and the 30th.
"""

from datetime import datetime
from typing import Final

from tests.service import SHANGHAI

VISITS: Final = """\
rulebook: visits
title: {en: Visits, zh: 拜访}
source: 公司客户分层分群营销管理实施方案, 第二条
applies_to: {segment: corporate}
facts:
  segment: {type: choice, options: [corporate, retail], missing: refuse, label: {en: Segment, zh: 客群}}
  deposit_balance: {type: money, missing: zero, label: {en: Deposits, zh: 存款}}
  co_managed: {type: flag, missing: zero, label: {en: Co-managed, zh: 共管}}
classifications:
  client_class:
    order: [class_3, class_2, class_1]
    bands: {deposit_balance: {class_3: 0, class_2: 5000万, class_1: 2亿}}
coverage:
  counts: [visit, contact]
  kinds:
    visit: {en: Visit, zh: 拜访}
    contact: {en: Contact, zh: 联系}
    survey: {en: Survey, zh: 调研}
  grace: P5D
  checkpoints: [{elapsed: 0.5, done: 0.34}, {elapsed: 0.8, done: 0.67}]
  obligations:
    - {role: branch_president, when: {co_managed: yes, client_class: {in: [class_1, class_2]}}, at_least: 1, per: month}
    - role: corporate_director
      when: {co_managed: yes, client_class: {in: [class_1, class_2]}}
      at_least: 2
      per: month
    - role: relationship_manager
      when: {co_managed: yes, client_class: {in: [class_1, class_2]}}
      at_least: 3
      per: month
    - {role: outlet_head,          when: {client_class: {in: [class_2, class_3]}}, at_least: 2, per: month}
    - {role: relationship_manager, when: {client_class: {in: [class_2, class_3]}}, at_least: 3, per: month}
examples:
  - {given: {segment: corporate, deposit_balance: 2亿}, expect: {client_class: class_1}}
"""

CLIENT: Final = "C-1"


def at(day: int, hour: int = 10, month: int = 11) -> datetime:
    """An hour of a day of November 2026, in Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


TEAM: Final = {
    "branch_president": "b1-president",
    "corporate_director": "b1-director",
    "relationship_manager": "b1-s1-o1-rm",
    "outlet_head": "b1-s1-o1-head",
    "industry_expert": "b1-expert",
}
"""Who is what to the client."""
