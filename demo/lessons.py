"""The demo lessons: real films with moving pictures, Chinese text and a spoken voice, made by this script.

Pillow draws the frames, espeak-ng speaks, ffmpeg puts both together. The films are kept and only made when missing.
"""

from __future__ import annotations

import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from demo.pictures import Illustration, electricity, greenhouse, mushrooms, notice_board

WIDTH, HEIGHT, FRAMES_PER_SECOND = 1280, 720, 15
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SIMPLIFIED_CHINESE = 2  # the face of the collection with the mainland's glyphs
PAPER, INK, ACCENT, FAINT = (250, 247, 240), (38, 46, 52), (178, 58, 46), (122, 126, 128)


@dataclass(frozen=True)
class Slide:
    """A heading with lines below it; the heading and the lines are spoken."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class LessonScript:
    """One film."""

    title: str
    illustration: Illustration
    slides: tuple[Slide, ...]


@dataclass(frozen=True)
class CourseScript:
    """A course as a provider would hand it in."""

    number: int
    title: str
    category: tuple[str, str]
    provider: str
    source: str
    approval_number: str
    summary: str
    lessons: tuple[LessonScript, ...]


COURSES = (
    CourseScript(
        101,
        "大棚番茄整枝打杈",
        ("农业技术", "蔬菜"),
        "云岭省农业技术推广站（虚构）",
        "省远教资源库",
        "云远审〔2026〕0101号",
        "什么时候整枝、怎样打杈、打完以后怎么管，三步讲清楚。",
        (
            LessonScript(
                "第一课 整枝的时机",
                greenhouse,
                (
                    Slide("选晴天上午", ("伤口干得快", "不容易得病")),
                    Slide("杈长三寸再打", ("太早伤根", "太晚费养分")),
                ),
            ),
            LessonScript(
                "第二课 打杈的手法",
                greenhouse,
                (
                    Slide("用手掰，不用剪", ("从基部向下掰", "不留短桩")),
                    Slide("打完要通风", ("当天不浇水", "看到病株最后打")),
                ),
            ),
        ),
    ),
    CourseScript(
        128,
        "香菇菌棒越夏管理",
        ("农业技术", "食用菌"),
        "青禾县农业农村局（虚构）",
        "县自办课件",
        "青远审〔2026〕0128号",
        "菌棒怎样平安过夏：控温、通风、防虫三件事。",
        (
            LessonScript(
                "第一课 控温和通风",
                mushrooms,
                (
                    Slide("棚温不过三十度", ("中午盖遮阳网", "早晚揭膜通风")),
                    Slide("菌棒要翻堆", ("半个月翻一次", "上下里外对调")),
                    Slide("看水分", ("手捏不出水", "放开能散开")),
                ),
            ),
            LessonScript(
                "第二课 防虫防霉",
                mushrooms,
                (
                    Slide("先清棚，再上架", ("石灰撒边角", "门窗装纱网")),
                    Slide("发现绿霉早处理", ("挖掉发病处", "病棒单独放")),
                ),
            ),
        ),
    ),
    CourseScript(
        205,
        "冬季用电用火安全",
        ("生活服务", "安全"),
        "青禾县应急服务中心（虚构）",
        "县自办课件",
        "青远审〔2026〕0205号",
        "一个插座能带几样电器？冒烟了先做什么？",
        (
            LessonScript(
                "插座冒烟怎么办",
                electricity,
                (
                    Slide("先拉闸，再灭火", ("不用水泼", "人先离开")),
                    Slide("一个插座一样大电器", ("电热毯不折叠", "出门拔插头")),
                ),
            ),
        ),
    ),
    CourseScript(
        310,
        "村务公开怎么看",
        ("党务村务", "村务"),
        "青禾县远教办（虚构）",
        "县自办课件",
        "青远审〔2026〕0310号",
        "公开栏上的账，每个村民都看得懂。",
        (
            LessonScript(
                "公开栏看三样",
                notice_board,
                (
                    Slide("看收入，看支出", ("每月对一次", "不懂就问")),
                    Slide("看项目，看名单", ("公示满七天", "有意见当面提")),
                ),
            ),
        ),
    ),
)


def make_lesson(lesson: LessonScript, target: Path) -> None:
    """Write the film of a lesson as MP4, 1280 × 720.

    Raises:
        subprocess.CalledProcessError: espeak-ng or ffmpeg failed; their words are in the error.
    """
    with tempfile.TemporaryDirectory(prefix="yuanjiao-lesson-") as folder:
        sound = Path(folder) / "voice.wav"
        seconds = _speak(lesson, sound)
        command = [
            "ffmpeg", "-v", "error", "-y",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES_PER_SECOND), "-i", "-",
            "-i", str(sound), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p",
            "-c:a", "aac", "-ar", "44100", "-shortest", str(target.with_suffix(".part.mp4")),
        ]  # fmt: skip
        with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
            assert encoder.stdin is not None
            for slide, length_s in zip(lesson.slides, seconds, strict=True):
                _draw_slide(lesson, slide, length_s, encoder.stdin.write)
        if encoder.returncode:
            raise subprocess.CalledProcessError(encoder.returncode, command)
    target.with_suffix(".part.mp4").rename(target)


def _speak(lesson: LessonScript, sound: Path) -> list[float]:
    """Speak every slide into one file and return how long each lasts, in seconds."""
    seconds = []
    with wave.open(str(sound), "wb") as out:
        for index, slide in enumerate(lesson.slides):
            part = sound.with_name(f"{index}.wav")
            words = "。".join((slide.heading, *slide.lines))
            subprocess.run(["espeak-ng", "-v", "cmn", "-s", "190", "-w", str(part), words], check=True)
            with wave.open(str(part)) as voice:
                if index == 0:
                    out.setparams(voice.getparams())
                pause = b"\0\0" * (voice.getframerate() // 2)
                out.writeframes(voice.readframes(voice.getnframes()) + pause)
                seconds.append(voice.getnframes() / voice.getframerate() + 0.5)
    return seconds


def _draw_slide(lesson: LessonScript, slide: Slide, length_s: float, write: object) -> None:
    assert callable(write)
    frames = round(length_s * FRAMES_PER_SECOND)
    paper = _paper(lesson, slide)
    for frame in range(frames):
        progress = frame / max(1, frames - 1)
        image = paper.copy()
        draw = ImageDraw.Draw(image)
        lesson.illustration(draw, progress)
        draw.rectangle((0, HEIGHT - 10, int(WIDTH * progress), HEIGHT), fill=ACCENT)
        write(image.tobytes())


def _paper(lesson: LessonScript, slide: Slide) -> Image.Image:
    """Draw what does not move."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 96), fill=(236, 229, 214))
    draw.text((72, 26), lesson.title, font=_font(FONT, 38), fill=INK)
    draw.text((WIDTH - 72, 34), "青禾县远教（演示）", font=_font(FONT, 26), fill=FAINT, anchor="ra")
    draw.text((72, 190), slide.heading, font=_font(BOLD, 58), fill=ACCENT)
    for index, line in enumerate(slide.lines):
        y = 330 + index * 96
        draw.ellipse((76, y + 20, 92, y + 36), fill=ACCENT)
        draw.text((116, y), line, font=_font(FONT, 46), fill=INK)
    return image


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, size, index=SIMPLIFIED_CHINESE)


def make_all(folder: Path, numbers: frozenset[int] = frozenset()) -> list[tuple[CourseScript, list[Path]]]:
    """Make the films that are missing in ``folder`` and return each course, or those of ``numbers``, with its files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for course in COURSES:
        if numbers and course.number not in numbers:
            continue
        files = []
        for index, lesson in enumerate(course.lessons, start=1):
            target = folder / f"{course.number}-{index}.mp4"
            if not target.exists():
                make_lesson(lesson, target)
            files.append(target)
        made.append((course, files))
    return made
