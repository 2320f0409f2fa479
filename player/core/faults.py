"""Every fault a box can have: its code, what it is called on the screen, and what to do now.

The code is what a site administrator reads over the telephone, so it never changes its meaning. Devices
report codes in `FaultReported`; the core adds those that it notices itself. Words are for people who have
never seen a computer.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from .language import N_, _

NO_PICTURE: Final = "B01"
PICTURE_STUCK: Final = "B02"
NO_SOUND: Final = "B03"
NOT_HEARD: Final = "B04"
DISK_FULL: Final = "C01"
CARD_READ_ONLY: Final = "C02"
CARD_FAILING: Final = "C03"
BLOB_ALTERED: Final = "C04"
CARD_SLOW: Final = "C05"
NO_LINE: Final = "L01"
NO_CABLE: Final = "L03"
NO_ADDRESS: Final = "L04"
TOO_HOT: Final = "T01"
WRONG_ANSWER: Final = "L02"
COUNTY_REFUSES: Final = "X01"
UNTRUSTED_UPDATE: Final = "X02"
BOX_REVOKED: Final = "X03"
CONFIG_WRONG: Final = "P01"
OPTION_REFUSED: Final = "P02"
CHOICES_LOST: Final = "P03"
REMOTE_MISSING: Final = "Y01"
CLOCK_UNKNOWN: Final = "S01"
JOURNAL_UNWRITABLE: Final = "J01"
JOURNAL_DAMAGED: Final = "J02"

ON_THE_DISK: Final = frozenset({DISK_FULL, CARD_READ_ONLY, CARD_FAILING})  # a worker's disk refuses

Weight = Literal["stops-work", "hinders", "tell"]


class Fault(msgspec.Struct, frozen=True):
    """A fault as a person meets it.

    Args:
        title: What it is, in plain words.
        advice: What to do now; whom to call.
        weight: ``stops-work``: a page of its own; ``hinders``: a mark on home; ``tell``: only in 设备状态.
        calls: Whether the advice ends with: ring the county if that does not help.
    """

    code: str
    title: str
    advice: str
    weight: Weight
    calls: bool = False


_CALL: Final = N_("仍不行请打电话给县远教办，报出代码。")

FAULTS: Final[dict[str, Fault]] = {
    fault.code: fault
    for fault in (
        Fault(NO_PICTURE, N_("这一课放不出来"), N_("按返回键换一课。"), "hinders", calls=True),
        Fault(PICTURE_STUCK, N_("画面多次停住不动"), N_("再放一次试试；不行就关机一分钟再开。"), "hinders", calls=True),
        Fault(NO_SOUND, N_("没有声音输出"), N_("检查电视音量和音频线是否插好。"), "hinders", calls=True),
        Fault(
            NOT_HEARD,
            N_("放了音乐，没有听到"),
            N_("把电视音量调大，看是不是静音；红白音频线两头都插紧。"),
            "hinders",
            calls=True,
        ),
        Fault(DISK_FULL, N_("存储空间已满"), N_("已有的课可以照常播放；本机会自动清理旧课。"), "hinders", calls=True),
        Fault(CARD_READ_ONLY, N_("存储卡写不进去"), N_("关机，换一张存储卡。"), "stops-work", calls=True),
        Fault(CARD_FAILING, N_("存储卡可能损坏"), N_("先照常使用，尽快请人换存储卡。"), "hinders", calls=True),
        Fault(BLOB_ALTERED, N_("有课件内容被改动，已停用"), N_("不用处理，本机会重新下载。"), "tell"),
        Fault(CARD_SLOW, N_("存储卡变慢"), N_("先照常使用，尽快请人换存储卡。"), "hinders", calls=True),
        Fault(NO_LINE, N_("连不上网络"), N_("已有的课可以照常播放。检查网线和路由器的灯是否亮着。"), "hinders"),
        Fault(NO_CABLE, N_("网线没有插好"), N_("把网线两头拔下来再插紧，看路由器的灯亮不亮。"), "hinders", calls=True),
        Fault(NO_ADDRESS, N_("路由器没有回答"), N_("关掉路由器，等一分钟再开。"), "hinders", calls=True),
        Fault(
            TOO_HOT,
            N_("机顶盒太热"),
            N_("搬到通风、不晒太阳的地方，上面不要盖东西；太烫就先关机。"),
            "hinders",
            calls=True,
        ),
        Fault(WRONG_ANSWER, N_("网络要求先登录"), N_("这条线路还没有开通，请打电话给宽带公司。"), "hinders"),
        Fault(COUNTY_REFUSES, N_("县里的服务器拒绝了本机"), N_("已有的课可以照常播放。"), "hinders", calls=True),
        Fault(
            UNTRUSTED_UPDATE,
            N_("收到的节目更新没有通过验证"),
            N_("原有节目照常播放，不用处理。"),
            "hinders",
            calls=True,
        ),
        Fault(BOX_REVOKED, N_("本机已停用"), N_("请打电话给县远教办。"), "stops-work"),
        Fault(CONFIG_WRONG, N_("本机设置有错"), N_("请打电话给县远教办，报出代码和下面的文字。"), "stops-work"),
        Fault(OPTION_REFUSED, N_("有一项画面设置用不上，已略过"), N_("照常使用，不用处理。"), "tell"),
        Fault(CHOICES_LOST, N_("设置读不出来，已恢复原样"), N_("照常使用；需要时在“设置”里重新选一次。"), "tell"),
        Fault(REMOTE_MISSING, N_("找不到遥控接收器"), N_("接收器拔下再插上，或接个键盘。"), "hinders", calls=True),
        Fault(CLOCK_UNKNOWN, N_("时间未校准"), N_("集中学习请按确定键开始。接上网络后会自动校准。"), "hinders"),
        Fault(JOURNAL_UNWRITABLE, N_("收看记录写不进去"), N_("请先不要关机。"), "stops-work", calls=True),
        Fault(JOURNAL_DAMAGED, N_("收看记录有损坏，已另存"), N_("可以照常使用。"), "tell", calls=True),
    )
}


def fault(code: str) -> Fault:
    """Return what is said about a code, in the language in force; one that this version does not know is shown too."""
    known = FAULTS.get(code, Fault(code, N_("设备出现故障"), N_("关机一分钟再开。"), "hinders", calls=True))
    advice = _("{advice}{call}").format(advice=_(known.advice), call=_(_CALL)) if known.calls else _(known.advice)
    return replace(known, title=_(known.title), advice=advice)
