"""`python -m bench [page|points|sessions|all]`."""

import argparse
import importlib
import signal
import sys

NAMES = ("page", "points", "sessions")


def main() -> None:
    """Run the benchmarks that are asked for; without a name all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", default="all", choices=(*NAMES, "all"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that the servers stop too
    wanted = parser.parse_args().name
    for name in NAMES:
        if wanted in {name, "all"}:
            importlib.import_module(f"bench.{name}").run()


if __name__ == "__main__":
    main()
