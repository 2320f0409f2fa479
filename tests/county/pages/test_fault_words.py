"""The office reads the same words for a fault code as the village."""

from __future__ import annotations

from county.pages.templatetags.county import FAULTS, fault_word
from player.core import faults


def test_every_code_of_the_television_is_called_the_same_at_the_office() -> None:
    assert {code: fault.title for code, fault in faults.FAULTS.items()} == FAULTS


def test_a_code_of_a_later_version_says_that_nobody_knows_it() -> None:
    assert fault_word("Z99") == "未知代码"
