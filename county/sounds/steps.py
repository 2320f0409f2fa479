"""What the office calls the steps, when each is heard, and what might be said; for the page and for whoever records."""

from __future__ import annotations

from dataclasses import dataclass

from playlists.sound_steps import Step


@dataclass(frozen=True)
class StepWords:
    """A step in words; ``proposal`` is what might be said."""

    name: str
    heard: str
    proposal: str


WORDS: dict[Step, StepWords] = {
    "gathering": StepWords("开始集合", "集中学习的集合画面出现时", "集中学习就要开始了，请大家入座。"),
    "not-ready": StepWords(
        "节目没有齐", "集合画面出现，节目还没有下载到时", "节目还没有下载齐，请检查网线，或者给乡镇打电话。"
    ),
    "soon": StepWords("还有一分钟", "到时间自动开始之前一分钟", "还有一分钟就开始，请坐好。"),
    "interrupted": StepWords("停电之后", "开机后有没放完的集中学习时", "上次没有放完，按确定键接着放。"),
    "paused": StepWords("暂停讨论", "集中学习中暂停时", "已经暂停，大家可以讨论，再按一次接着放。"),
    "counting": StepWords("清点人数", "节目放完，要清点人数时", "请清点人数，用数字键输入，再按确定键登记。"),
    "still-counting": StepWords("还没有登记", "清点人数时一分半钟没有按键", "人数还没有登记，请按确定键登记。"),
    "registered": StepWords("登记完成", "确认登记之后", "已经登记，谢谢大家。"),
    "stopped": StepWords("节目停播", "正在放的节目被停播时", "这个节目已经停播。"),
    "failed": StepWords("放不出来", "点播的节目放不出来时", "节目放不出来，请按屏幕上的办法处理。"),
}
