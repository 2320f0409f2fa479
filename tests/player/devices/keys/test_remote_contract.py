"""A device of the kernel as umockdev plays it: real ioctls, real events, no hardware."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from player.devices.keys.codes import CODES

PROGRAM = """
import time
from pathlib import Path
from player.devices.keys.device import KeysDevice
heard = []
device = KeysDevice({352: "ok", 103: "up", 108: "down", 105: "left", 106: "right", 512: "0"}, Path("/dev/input"))
device.start(heard.append)
ends = time.monotonic() + 10
while len(heard) < 4 and time.monotonic() < ends:
    time.sleep(0.02)
device.stop()
for one in heard:
    print(one.button, one.press)
"""
DEVICE = """\
P: /devices/input/input{minor}
E: SUBSYSTEM=input

P: /devices/input/input{minor}/{name}
N: input/{name}
E: DEVNAME=/dev/input/{name}
E: SUBSYSTEM=input
E: MAJOR=13
E: MINOR={minor}

"""


def _ioctls(name: str, keys: list[str]) -> str:
    bits = bytearray(96)
    for key in keys:
        bits[CODES[key] // 8] |= 1 << CODES[key] % 8
    title = b"A remote".ljust(256, b"\0")
    return f"@DEV /dev/input/{name}\nEVIOCGBIT(1) 96 {bits.hex().upper()}\nEVIOCGNAME 9 {title.hex().upper()}\n"


def _strokes(*strokes: tuple[int, int]) -> str:
    lines = (f"E: 0.2 0001 {code:04x} {value:04d}\nE: 0.2 0000 0000 0000\n" for code, value in strokes)
    return "".join(lines)


def test_a_remote_of_the_kernel_is_grabbed_and_heard_and_a_mouse_is_not(tmp_path: Path) -> None:
    (tmp_path / "devices").write_text(DEVICE.format(name="event5", minor=69) + DEVICE.format(name="event6", minor=70))
    keys = ["KEY_OK", "KEY_UP", "KEY_DOWN", "KEY_LEFT", "KEY_RIGHT", "KEY_NUMERIC_0"]
    (tmp_path / "remote").write_text(_ioctls("event5", keys))
    (tmp_path / "mouse").write_text(_ioctls("event6", []))
    (tmp_path / "pressed").write_text(_strokes((352, 1), (352, 2), (352, 0), (512, 1)))
    command = ["umockdev-run", "--device", str(tmp_path / "devices")]
    command += ["--ioctl", f"/dev/input/event5={tmp_path / 'remote'}"]
    command += ["--ioctl", f"/dev/input/event6={tmp_path / 'mouse'}"]
    command += ["--evemu-events", f"/dev/input/event5={tmp_path / 'pressed'}"]
    ran = subprocess.run(
        [*command, "--", sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.stdout.splitlines() == ["ok press", "ok repeat", "ok release", "0 press"], ran.stderr
