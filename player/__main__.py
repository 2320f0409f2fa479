"""``python -m player``: the same as ``yuanjiao player``."""

import sys

from player.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
