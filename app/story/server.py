"""`tierbook serve` by the story's clock: `python -m app.story.server FILE`."""

import sys
from pathlib import Path

from app.serve.signals import leave_quietly
from app.serve.start import main
from app.story.steered import SteeredClock

if __name__ == "__main__":
    leave_quietly()
    raise SystemExit(main(clock=SteeredClock(Path(sys.argv[1]))))
