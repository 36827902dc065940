"""The Chromium of this machine, for tests that click."""

import os
import shutil
from pathlib import Path

PROGRAMS = (
    # Debian's Chromium without the parts that a test never sees: half the work for the same page.
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
PLAYWRIGHT_BROWSERS = Path("~/.cache/ms-playwright")


def find_chromium() -> Path | None:
    """CHROMIUM_PATH if it is set, else the first found; None where there is none."""
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        return Path(chosen)
    for program in PROGRAMS:
        found = shutil.which(program)
        if found:
            return Path(found)
    downloaded = PLAYWRIGHT_BROWSERS.expanduser().glob("chromium-*/chrome-linux*/chrome")
    return max(downloaded, default=None)
