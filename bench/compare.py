#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""bench/compare.py BASE [NEW]: what changed between two runs of the benchmarks (NEW: build/bench/results.json).

Ends with status 1 if a row got worse, 0 if none did, 2 if the two cannot be compared.
"""
import argparse
import sys

sys.dont_write_bytecode = True

from harness import compare  # noqa: E402
from harness.machine import BenchError  # noqa: E402


def main():
    parser = argparse.ArgumentParser(prog="bench-compare", description=__doc__.splitlines()[0])
    parser.add_argument("base", metavar="BASE", help="results.json of the earlier run")
    parser.add_argument("new", metavar="NEW", nargs="?", default="build/bench/results.json", help="of the later one")
    arguments = parser.parse_args()
    try:
        lines, worse = compare.compare(compare.read(arguments.base), compare.read(arguments.new))
    except BenchError as error:
        print(f"bench-compare: {error}", file=sys.stderr)
        return 2
    print("\n".join(lines or ["nothing changed"]))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
