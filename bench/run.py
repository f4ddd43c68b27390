#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""bench/run.py [SCENARIO ...]: the benchmarks, exact and repeatable.

Each scenario (bench/scenarios) runs its machines under -icount shift=0,sleep=off with a counter of 1 GHz, where a tick
is one executed instruction, so the figures come out the same on every machine and at every load. Without a name: all.

Status: 0 if everything was measured; 1 if a scenario failed or is over a budget of its own, and with --strict also if a
target is missed (missed targets are always listed); 2 for wrong arguments.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True

from harness import compare, judge, report, scenario  # noqa: E402
from harness.machine import TOP, BenchError  # noqa: E402


def conditions(build):
    """What figures depend on besides the tree: the tools."""
    qemu = subprocess.run([os.environ.get("QEMU", "qemu-system-aarch64"), "--version"], capture_output=True, text=True,
                          check=True).stdout
    header = build / "include/zvm_version.h"
    compiler = re.search(r'ZVM_BUILD_COMPILER "(.*)"', header.read_text(encoding="utf-8")) if header.exists() else None
    return {"qemu": re.search(r"version ([\d.]+)", qemu).group(1),
            "compiler": compiler.group(1) if compiler else "unknown"}


def write_json(path, found):
    """Sorted, so that equal figures are equal files; a list of numbers is one line."""
    text = json.dumps(found, indent=1, sort_keys=True)
    text = re.sub(r"\[\s+([-+.\deE,\s]+?)\s+\]", lambda match: "[" + re.sub(r"\s+", " ", match[1]) + "]", text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


def draw(modules, results, directory, errors):
    """{scenario: [(file, caption)]}; a plot that fails is the scenario's failure."""
    directory.mkdir(parents=True, exist_ok=True)
    made = {}
    for module in modules:
        if module.NAME in results:
            task = scenario.Job(module, None)
            made[module.NAME] = task.guarded(module.plots, results[module.NAME], directory) or []
            if task.error:
                errors[module.NAME] = f"its plots: {task.error}"
    return made


def write_report(modules, found, errors):
    """The documents: sections of what was measured now, the summary of what was measured last."""
    last = report.PLOTS / "results.json"
    results = {**(compare.read(last)["scenarios"] if last.exists() else {}), **found["scenarios"]}
    results = {name: result for name, result in results.items() if name in scenario.names()}
    every = scenario.load(results)
    made = draw(modules, found["scenarios"], report.PLOTS, errors)
    for module in modules:
        if module.NAME in made:
            images = [(f"benchmarks/{name}", caption) for name, caption in made[module.NAME]]
            report.rewrite(report.REPORT, module.NAME, report.section(module, results[module.NAME], images))
    write_json(last, {**found, "scenarios": results})
    report.rewrite(report.REPORT, report.SUMMARY, report.summary(every, results))
    report.rewrite(report.README, report.SUMMARY, report.summary(every, results, "docs/benchmarks.md"))
    shown = report.REPORT.read_text(encoding="utf-8")
    for path in report.PLOTS.glob("*.svg"):
        if f"benchmarks/{path.name})" not in shown:
            path.unlink()


def redraw(wanted):
    """The documents, from the figures that were measured last."""
    found = compare.read(report.PLOTS / "results.json")
    modules = [module for module in scenario.load(wanted or found["scenarios"]) if module.NAME in found["scenarios"]]
    check_documents(modules)
    errors = {}
    write_report(modules, found, errors)
    for name, error in errors.items():
        print(f"bench: {name}: {error}")
    return 1 if errors else 0


def check_documents(modules):
    """Before anything runs: is there a place for the results?"""
    for module in modules:
        report.split(report.REPORT, module.NAME)
    for path in (report.REPORT, report.README):
        report.split(path, report.SUMMARY)


def missed_line(row, target):
    """A row that misses its target."""
    field = target.get("field", "mean")
    value = judge.overhead(row, field)
    bare, zvm = (report.figure(row[side][field], 3) for side in ("bare", "zvm"))
    base, other = row.get("sides", ("bare", "VM"))
    return (f"  {row['label']}: {field} {bare} ({base}), {zvm} ({other}), "
            f"{report.percent(value, 3) if value is not None else 'bare is 0'}; target: "
            f"{judge.describe(target, row['unit'], base)}")


def conclude(modules, results, errors):
    """The table at the end, what misses its target, what is over a budget and what failed; (misses, failures)."""
    head, lines, details, misses, failed = ["scenario", "rows", "missed", "over budget", "not measured"], [], [], 0, 0
    for module in modules:
        if module.NAME not in results:
            lines.append([module.NAME, "FAILED", "", "", ""])
            continue
        found = results[module.NAME]
        late, over = judge.missed(found["rows"]), getattr(module, "failures", lambda _: [])(found)
        checks = [check for check in found.get("checks", []) if judge.check_met(check) is False]
        gone = judge.unmeasured(found["rows"])
        lines.append([module.NAME, *map(str, (len(found["rows"]), len(late) + len(checks), len(over), len(gone)))])
        misses, failed = misses + len(late) + len(checks), failed + len(over)
        if late or checks or over or gone:
            details.append(f"{module.NAME}:")
        details += [missed_line(*pair) for pair in late]
        details += [f"  {check['label']}: {report.figure(check['value'], 3)} {check.get('unit', '%')}; target: at most "
                    f"{report.figure(check['limit'], 3)} {check.get('unit', '%')}" for check in checks]
        details += [f"  over budget: {line}" for line in over]
        details += [f"  not measured: {row['label']}" + (f" ({row['note']})" if row.get("note") else "")
                    for row in gone]
    print(report.plain(report.table(head, lines)))
    for line in details:
        print(line)
    for name, error in errors.items():
        print(f"{name} FAILED: {error}")
    return misses, failed + len(errors)


def parse():
    """Arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=__doc__.split("\n", 2)[2],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help=", ".join(scenario.names()))
    parser.add_argument("--build", default="build", type=pathlib.Path, help="build directory (default: build)")
    parser.add_argument("--no-build", action="store_true", help="take the images that are there")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT",
                        help="default: bench/results.json in the build directory")
    parser.add_argument("--report", action="store_true",
                        help="rewrite docs/benchmarks.md, its plots, docs/benchmarks/results.json and README's summary")
    parser.add_argument("--redraw", action="store_true",
                        help="the same from docs/benchmarks/results.json: nothing is run")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 2), help="machines at once (default: 2)")
    parser.add_argument("--quick", action="store_true",
                        help="fewer repetitions where that saves time: not for the report")
    parser.add_argument("--strict", action="store_true", help="a missed target is a failure")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in scenario.names()]
    if unknown:
        print(f"bench: there is no scenario '{unknown[0]}'; there are {', '.join(scenario.names())}", file=sys.stderr)
        sys.exit(2)
    if arguments.quick and arguments.report:
        print("bench: --quick is not for the report", file=sys.stderr)
        sys.exit(2)
    return arguments


def bench(arguments):
    """All of it; the status."""
    build = arguments.build.resolve()
    if arguments.redraw:
        return redraw(arguments.names)
    modules = scenario.load(arguments.names)
    if arguments.report:
        check_documents(modules)
    if not arguments.no_build:
        print(f"bench: building what {', '.join(module.NAME for module in modules)} need", file=sys.stderr, flush=True)
        scenario.prepare(build, modules, os.environ.get("COMPILER", "gcc"))
    results, errors = scenario.measure(modules, build, max(1, arguments.jobs), arguments.quick)
    # As they are read back, also in their order: what is reported is what is written.
    found = json.loads(json.dumps({"schema": compare.SCHEMA, "conditions": conditions(build), "quick": arguments.quick,
                                   "scenarios": results}, sort_keys=True))
    out = arguments.json or build / "bench/results.json"
    write_json(out, found)
    if arguments.report:
        write_report(modules, found, errors)
    elif len(modules) == 1 and modules[0].NAME in found["scenarios"]:
        print(f"{modules[0].TITLE}\n\n{report.plain(modules[0].markdown(found['scenarios'][modules[0].NAME]))}\n")
        draw(modules, found["scenarios"], build / "bench/plots", errors)
    misses, failed = conclude(modules, found["scenarios"], errors)
    print(f"bench: {len(results)} of {len(modules)} scenarios measured, {misses} targets missed, {failed} failures; "
          f"results in {out}")
    return 1 if failed or (arguments.strict and misses) else 0


def main():
    arguments = parse()
    try:
        return bench(arguments)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
