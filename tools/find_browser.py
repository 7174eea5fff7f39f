"""Find a Chromium for the browser tests; with --install, install Debian's where that is allowed."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
VARIABLE = "ATLAS_CHROMIUM"
PACKAGES = ("chromium", "fonts-noto-cjk")  # the fonts are for Chinese in screenshots


def find() -> str | None:
    """Path of a Chromium: the one the environment names, or the first one on the path."""
    named = os.environ.get(VARIABLE)
    return named if named and os.access(named, os.X_OK) else next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Debian's Chromium as root; say plainly where that cannot be done."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.stdout.write(
            "No Chromium here, and it cannot be installed (needs Debian and root): browser tests will skip.\n"
        )
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        subprocess.run(command, env=environment, check=False)  # noqa: S603 - fixed commands


if __name__ == "__main__":
    if find() is None and "--install" in sys.argv:
        install()
    sys.stdout.write(f"Chromium: {find() or 'none - browser tests will skip; set ' + VARIABLE + ' to one'}\n")
