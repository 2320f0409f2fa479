"""The invented people of the demo county, with the passwords that the demo prints. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Somebody who can log in; ``place`` is a clerk's township."""

    username: str
    password: str
    role: str
    name: str
    place: str = ""


PASSWORD = "qinghe-demo-2026"
REVIEW_PASSPHRASE = "demo-review-passphrase"
OFFLINE_PASSPHRASE = "demo-offline-passphrase"

PEOPLE = (
    Account("operator", PASSWORD, "operator", "演示操作员"),
    Account("reviewer1", PASSWORD, "reviewer", "演示初审员"),
    Account("reviewer2", PASSWORD, "reviewer", "演示复审员"),
    Account("leader", PASSWORD, "leader", "演示签发人"),
    Account("clerk", PASSWORD, "clerk", "演示组织干事", "白鹭镇"),
)
