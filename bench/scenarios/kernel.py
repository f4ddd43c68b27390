# SPDX-License-Identifier: Apache-2.0
"""The cost of the kernel's operations, in instructions, beside Zephyr's.

bench_el1 and bench_el2 (apps/bench) on one CPU and on four. Fails if a row is not better than Zephyr's.
"""
import re

from harness import plots as draw
from harness import report
from harness.machine import BenchError, Machine

NAME = "kernel"
TITLE = "Kernel operations"
ORDER = 10
TARGETS = ["bench_el1", "bench_el2"]

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


def key_of(el, smp):
    """A configuration's name in the results."""
    return f"el{el}_smp{smp}"


def figures(lines, cpus):
    """{operation: {"mean", "min", "max", "n"}} of a console of apps/bench, which must have run on so many CPUs."""
    found, facts = {}, {}
    for line in lines:
        if match := RESULT.search(line):
            name, mean, low, high, n = match.groups()
            found[name] = {"mean": float(mean), "min": int(low), "max": int(high), "n": int(n)}
        elif match := FACT.search(line):
            facts[match.group(1)] = int(match.group(2))
    if facts.get("cycles_per_second") != 1_000_000_000:
        raise BenchError(f"the counter runs at {facts.get('cycles_per_second')} Hz, a tick is not one instruction")
    if facts.get("cpus") != cpus:
        raise BenchError(f"{facts.get('cpus')} CPUs run, not {cpus}")
    missing = [key for _, key, _ in ROWS if key not in found]
    if missing:
        raise BenchError(f"not measured: {', '.join(missing)}")
    return found


def runs(ctx):
    """One machine for each configuration."""
    def run(el, smp):
        return lambda: figures(Machine(ctx.build, f"bench_el{el}.bin", el=el, smp=smp).run("BENCH END"), smp)

    return [(key_of(el, smp), run(el, smp)) for el, smp in CONFIGURATIONS]


def result(_, outcomes):
    """Not bare against VM: here a kernel is compared with another, so the rows have a column for each configuration."""
    return {"rows": [{"key": key, "label": label, "unit": "instructions", "better": "lower", "bare": None, "zvm": None,
                      "target": None, "zephyr": zephyr, **{name: found[key] for name, found in outcomes.items()}}
                     for label, key, zephyr in ROWS]}


def failures(found):
    """The rows that are not better than Zephyr's, and where."""
    lines = []
    for row in found["rows"]:
        for el, smp in CONFIGURATIONS:
            mean = row[key_of(el, smp)]["mean"]
            if row["zephyr"] is not None and mean >= row["zephyr"]:
                lines.append(f"{row['label']}, EL{el}, {smp} CPUs: {mean}, Zephyr's is {row['zephyr']}")
    return lines


def summary(found):
    """One line for all."""
    compared = [row for row in found["rows"] if row["zephyr"] is not None]
    shares = [row["el2_smp1"]["mean"] / row["zephyr"] for row in compared]
    late = len({line.split(",")[0] for line in failures(found)})
    return [{"what": f"{TITLE}, {len(compared)} beside Zephyr 3.7.1", "target": "each cheaper than Zephyr's",
             "result": f"{len(compared) - late} of {len(compared)} cheaper; on average "
                       f"{100 * sum(shares) / len(shares):.0f} % of Zephyr's instructions",
             "met": late == 0}]


def markdown(found):
    """All rows."""
    head = ["operation", "Zephyr 3.7.1", *(f"EL{el}, {smp} CPU{'s' if smp > 1 else ''}" for el, smp in CONFIGURATIONS)]
    lines = [[row["label"], report.figure(row["zephyr"]), *(report.figure(row[key_of(*c)]["mean"]) for c in CONFIGURATIONS)]
             for row in found["rows"]]
    return report.table(head, lines)


def plots(found, directory):
    """Beside Zephyr, without thread creation, which would make all others small."""
    rows = [row for row in found["rows"] if row["zephyr"] is not None and row["key"] != "thread.create"]
    series = {draw.ZEPHYR: [row["zephyr"] for row in rows], draw.ZVM: [row["el1_smp1"]["mean"] for row in rows]}
    caption = "Kernel operations, EL1, one CPU: mean of 1000 repetitions; thread creation is in the table"
    return [(draw.bars(directory, "kernel", "What the kernel's operations cost", [row["label"] for row in rows], series,
                       "instructions (less is better)"), caption)]
