"""`python -m bench [page|sessions|engine|plain|scale|all]`; `--help` of engine and scale says what these take."""

import argparse
import importlib
import signal
import sys

NAMES = ("page", "sessions", "plain")
WITH_ARGUMENTS = {"engine": "bench.engine.contest", "scale": "bench.scale"}


def main() -> None:
    """Run the benchmarks that are asked for; without a name all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", default="all", choices=(*NAMES, *WITH_ARGUMENTS, "all"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))  # so that the servers stop too
    wanted = parser.parse_args(sys.argv[1:2]).name
    rest = sys.argv[2:]
    if rest and wanted not in WITH_ARGUMENTS:
        parser.error(f"{wanted} takes no further arguments: {' '.join(rest)}")
    for name in NAMES:
        if wanted in {name, "all"}:
            importlib.import_module(f"bench.{name}").run()
    for name, module in WITH_ARGUMENTS.items():
        if wanted in {name, "all"}:
            importlib.import_module(module).run(rest)


if __name__ == "__main__":
    main()
