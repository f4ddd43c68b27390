# SPDX-License-Identifier: Apache-2.0
"""The log, seen on the console: order over all CPUs, whole lines, what is dropped is counted, the edited line survives."""
import re

import pytest

from zvm_machine import BUILD, plain

LINE = re.compile(r"\[ *(\d+)\.(\d{6})\] (?:cpu(\d+) <(\w+)> (\w+): (.*)|log: (\d+) messages .*dropped.*)")


@pytest.fixture(params=[1, 4], ids=["1cpu", "4cpus"])
def rtos(machine, request):
    m = machine(BUILD / "rtos.bin", el=1, smp=request.param, mem="256M")
    m.wait_prompt()
    return m


def log_lines(text):
    """(microseconds, text of the line, lines dropped before it) of every line of the log; nothing else may look like one."""
    found = []
    for line in text.splitlines():
        if not re.search(r"thread \d+ line|messages", line):
            continue
        match = LINE.search(line)
        assert match and match.group(0) == line[match.start():], f"not one whole line of the log: {line!r}"
        found.append((int(match.group(1)) * 1000000 + int(match.group(2)), match.group(6), int(match.group(7) or 0)))
    return found


def test_storm(rtos):
    """Four threads log without end: all lines are printed or counted, in the order of their times, each whole."""
    total = 4 * 2000
    rtos.type("demo storm 2000\r")
    text, lines = "", []
    while sum(dropped or bool(words) for _, words, dropped in lines) < total:
        rtos.expect(r"(line \d+|messages[^\n]*dropped[^\n]*)\r*\n", timeout=180)
        piece = rtos.process.before + rtos.process.after
        text += piece
        lines += log_lines(plain(piece))
    times = [us for us, _, _ in lines]
    assert times == sorted(times)
    logged = [words for _, words, _ in lines if words and words.startswith("thread")]
    dropped = sum(n for _, _, n in lines)
    assert dropped > 0
    assert len(logged) + dropped == total, "a line is neither printed nor counted"
    for thread in range(4):
        numbers = [int(w.split()[3]) for w in logged if w.startswith(f"thread {thread} ")]
        assert numbers == sorted(numbers)


def test_lines_leave_the_edited_line_alone(rtos):
    """What is typed while lines come is what runs, and is drawn again below each of them."""
    rtos.type("demo ticker 100\r")
    rtos.wait_prompt()
    rtos.type("vers")
    for _ in range(3):
        rtos.expect(r"tick \d+\s+" + re.escape(rtos.prompt) + "vers")
    rtos.type("ion\r")
    rtos.expect(r"commit")
    rtos.type("demo ticker\r")
    rtos.wait_prompt()


def test_crash_in_a_storm(rtos):
    """The report of a crash stays in one piece while the log is printed; then comes the log, and what it dropped."""
    rtos.type("demo storm 1000\r")
    rtos.expect(r"thread \d line 3\d")
    rtos.type("\rdemo crash\r")
    rtos.expect(r"FATAL: .*system halted[^\n]*\n")
    text = plain(rtos.process.after)
    report = text[:text.index("\n", text.index("backtrace"))]
    assert not re.search(r"line \d|messages of", report), report
    assert len(re.findall(r"\bx\d+ +0x[0-9a-f]{16}\b", report)) == 31, report
    assert "messages of demo dropped" in plain(rtos.tail(2000))
