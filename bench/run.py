#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""bench/run.py: the cost of the kernel's operations, in instructions, beside Zephyr's.

Runs bench_el1 and bench_el2 in QEMU with one CPU and with four, under -icount shift=0,sleep=off and with a counter of
1 GHz, where a tick of the counter is one executed instruction. So the figures are exact and come out the same on
every machine and at every load. Fails if a row is not better than Zephyr's.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

TOP = pathlib.Path(__file__).resolve().parents[1]
END = "BENCH END"
LIMIT = 600

# Zephyr 3.7.1, tests/benchmarks/latency_measure, qemu_cortex_a53, one core without spinlocks, at EL1 on the QEMU 7.2
# of Debian 12, in instructions: the figures that this project was given as the line to beat. None: not measured there.
ROWS = [
    ("context switch by yield", "yield.preemptive", 165),
    ("context switch by yield, cooperative", "yield.cooperative", None),
    ("interrupt back to the interrupted thread", "irq.interrupted_thread", 66),
    ("interrupt to another thread", "irq.another_thread", 81),
    ("thread create", "thread.create", 2824),
    ("thread start", "thread.start", 217),
    ("thread suspend", "thread.suspend", 201),
    ("thread resume", "thread.resume", 177),
    ("thread abort", "thread.abort", 138),
    ("semaphore give, no waiter", "sem.give", 66),
    ("semaphore take, no waiter", "sem.take", 40),
    ("semaphore take, blocking", "sem.take_blocking", 209),
    ("semaphore give, wake + switch", "sem.give_switch", 283),
    ("condvar wait, with switch", "condvar.wait", 299),
    ("condvar signal, with switch", "condvar.signal", 342),
    ("mutex lock", "mutex.lock", 50),
    ("mutex unlock", "mutex.unlock", 27),
    ("mutex lock, not nested", "mutex.lock_first", None),
    ("mutex unlock, not nested", "mutex.unlock_last", None),
    ("FIFO put, no switch", "fifo.put", 103),
    ("FIFO get, no switch", "fifo.get", 54),
    ("FIFO get, with switch", "fifo.get_switch", 223),
    ("FIFO put, with switch", "fifo.put_switch", 320),
    ("LIFO put, no switch", "lifo.put", None),
    ("LIFO get, no switch", "lifo.get", None),
    ("LIFO get, with switch", "lifo.get_switch", 223),
    ("LIFO put, with switch", "lifo.put_switch", 319),
    ("stack push, no switch", "stack.push", 66),
    ("stack pop, no switch", "stack.pop", 37),
    ("stack pop, with switch", "stack.pop_switch", None),
    ("stack push, with switch", "stack.push_switch", None),
    ("message queue put, no switch", "msgq.put", None),
    ("message queue get, no switch", "msgq.get", None),
    ("message queue get, with switch", "msgq.get_switch", None),
    ("message queue put, with switch", "msgq.put_switch", None),
    ("events post, no switch", "event.post", 100),
    ("events wait, no switch", "event.wait", 55),
    ("events set, no switch", "event.set", None),
    ("events wait for all, no switch", "event.wait_all", None),
    ("events wait, with switch", "event.wait_switch", None),
    ("events post, with switch", "event.post_switch", None),
    ("heap malloc", "heap.malloc", 249),
    ("heap free", "heap.free", 211),
    ("memory slab alloc", "slab.alloc", None),
    ("memory slab free", "slab.free", None),
    ("poll, ready", "poll.ready", None),
    ("poll wait, with switch", "poll.wait_switch", None),
    ("semaphore give that ends a poll", "poll.give_switch", None),
    ("timer due, to its handler", "timer.handler", None),
    ("timer due, to the woken thread", "timer.thread", None),
]

CONFIGURATIONS = [(1, 1), (1, 4), (2, 1), (2, 4)]
RESULT = re.compile(r"BENCH (\S+) mean=([\d.]+) min=(\d+) max=(\d+) n=(\d+)")
FACT = re.compile(r"BENCH (\w+) (\d+)\s*$")


def run(build, el, smp):
    """One run of one image: {name: {"mean", "min", "max", "n"}}."""
    image = build / f"bench_el{el}.bin"
    command = [str(TOP / "scripts/run"), "--el", str(el), "--smp", str(smp), "--mem", "512M", "--icount", str(image)]
    results, facts, console, ended = {}, {}, [], False
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as qemu:
        # A CPU that idles without a timer never ends under sleep=off: stop it on the marker, or after a generous time.
        watchdog = threading.Timer(LIMIT, qemu.kill)
        watchdog.start()
        try:
            for line in qemu.stdout:
                console.append(line)
                if match := RESULT.search(line):
                    name, mean, low, high, n = match.groups()
                    results[name] = {"mean": float(mean), "min": int(low), "max": int(high), "n": int(n)}
                elif match := FACT.search(line):
                    facts[match.group(1)] = int(match.group(2))
                if line.startswith(END):
                    ended = True
                    break
        finally:
            watchdog.cancel()
            qemu.kill()
    if not ended:
        sys.exit(f"bench: no '{END}' from {' '.join(command)}; the console ends with:\n" + "".join(console[-40:]))
    if facts.get("cycles_per_second") != 1_000_000_000:
        sys.exit(f"bench: the counter runs at {facts.get('cycles_per_second')} Hz, a tick is not one instruction")
    if facts.get("cpus") != smp:
        sys.exit(f"bench: {facts.get('cpus')} CPUs run, not {smp}")
    missing = [key for _, key, _ in ROWS if key not in results]
    if missing:
        sys.exit(f"bench: bench_el{el} did not measure {', '.join(missing)}")
    return results


def measure(build):
    """All configurations, at the same time where the machine has the CPUs: the figures do not depend on load."""
    found = {}
    lock = threading.Semaphore(max(1, min(len(CONFIGURATIONS), os.cpu_count() or 1)))

    def one(el, smp):
        with lock:
            try:
                found[el, smp] = run(build, el, smp)
            except SystemExit as error:
                found[el, smp] = error

    threads = [threading.Thread(target=one, args=configuration) for configuration in CONFIGURATIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in found.values():
        if isinstance(result, SystemExit):
            raise result
    return found


def column(el, smp):
    """The heading of a configuration."""
    return f"EL{el}, {smp} CPU{'s' if smp > 1 else ''}"


def figure(value):
    """A mean as it is printed: a fraction only where there is one."""
    return f"{value:.1f}".removesuffix(".0")


def table(found, all_rows):
    """The results as lists of cells, and the rows that are not better than Zephyr's."""
    worse = []
    lines = []
    for label, key, zephyr in ROWS:
        if zephyr is None and not all_rows:
            continue
        means = [found[configuration][key]["mean"] for configuration in CONFIGURATIONS]
        if zephyr is not None and any(mean >= zephyr for mean in means):
            worse.append(label)
        lines.append([label, "" if zephyr is None else str(zephyr), *map(figure, means)])
    return lines, worse


def as_text(lines, worse):
    """For a terminal."""
    head = ["operation", "Zephyr", *(column(*c) for c in CONFIGURATIONS)]
    widths = [max(len(row[i]) for row in [head, *lines]) for i in range(len(head))]
    text = []
    for row in [head, *lines]:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))]
        text.append("  ".join(cells) + ("  NOT BETTER" if row[0] in worse else ""))
    return "\n".join(text)


def as_markdown(lines):
    """For the documents."""
    head = ["operation", "Zephyr 3.7.1", *(column(*c) for c in CONFIGURATIONS)]
    text = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    text += ["| " + " | ".join(row) + " |" for row in lines]
    return "\n".join(text)


def rewrite(path, text):
    """Put the table between the markers of a document."""
    old = path.read_text(encoding="utf-8")
    begin, end = "<!-- make bench: begin -->\n", "<!-- make bench: end -->"
    if old.count(begin) != 1 or old.count(end) != 1:
        sys.exit(f"bench: {path.relative_to(TOP)} has not one pair of markers {begin.strip()} {end}")
    before, rest = old.split(begin)
    new = before + begin + text + "\n" + end + rest.split(end)[1]
    if new != old:
        path.write_text(new, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=__doc__.split("\n", 2)[2],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build", type=pathlib.Path, help="build directory (default: build)")
    parser.add_argument("--json", type=pathlib.Path, metavar="OUT", help="write all results there")
    parser.add_argument("--update-readme", action="store_true",
                        help="rewrite the tables in README.md and docs/benchmarks.md")
    arguments = parser.parse_args()

    found = measure(arguments.build)
    lines, worse = table(found, all_rows=True)
    print("Mean of 1000 repetitions, in instructions (QEMU -icount shift=0,sleep=off); Zephyr: 3.7.1, one core, EL1.\n")
    print(as_text(lines, worse))
    if arguments.json:
        report = {f"el{el}_smp{smp}": found[el, smp] for el, smp in CONFIGURATIONS}
        report["zephyr"] = {key: value for _, key, value in ROWS if value is not None}
        arguments.json.write_text(json.dumps(report, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if arguments.update_readme:
        rewrite(TOP / "README.md", as_markdown(table(found, all_rows=False)[0]))
        rewrite(TOP / "docs/benchmarks.md", as_markdown(lines))
    if worse:
        print(f"\nbench: not better than Zephyr: {', '.join(worse)}")
        return 1
    rows = sum(1 for _, _, zephyr in ROWS if zephyr is not None)
    print(f"\nbench: better than Zephyr in all {rows} rows that Zephyr's benchmark has")
    return 0


if __name__ == "__main__":
    sys.exit(main())
