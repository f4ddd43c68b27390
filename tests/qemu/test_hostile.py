# SPDX-License-Identifier: Apache-2.0
"""A guest that means harm (tests/guest/hostile.c): the host, a neighbour and a 1 kHz task of the host go on."""
import re

import pytest

from zvm_exact import Guest, bundle
from zvm_guests import good, wait_state
from zvm_machine import BUILD, plain

# The neighbour is on the hostile guest's CPU, or on one of its own. The task is on the hostile guest's.
SHAPES = {"own_cpu": "cpus = <2>;", "same_cpu": "cpus = <1>;"}


@pytest.mark.parametrize("shape", SHAPES)
def test_task_keeps_its_period(machine, tmp_path, shape):
    """Two seconds of virtual time, exactly repeatable: no period is missed, nobody waits for the guest."""
    guests = [Guest("hostile", vcpus=2, mib=8, more="cpus = <1 2>;", vm="with_hostile"),
              Guest("context", options=(1,), more=SHAPES[shape], vm="with_neighbour")]
    m = machine(BUILD / "exit_bench.bin", smp=3, icount=True, initrd=bundle(tmp_path, guests))
    m.expect(r"HOST END", timeout=400)
    text = plain(m.process.before)
    periods, missed, latest = map(int, re.search(r"HOST task periods=(\d+) missed=(\d+) latest=(\d+)", text).groups())
    assert periods == 2000 and missed == 0, text[-2000:]
    # In instructions: interrupts are masked for no longer, whatever the guest asks for.
    assert latest < 40000, latest
    hostile, neighbour = re.split(r"HOST with=with_neighbour state=\w+\n", text)
    # Of its flood the end is kept.
    assert max(map(int, re.findall(r"hostile: round (\d+)", hostile)), default=0) > 2, hostile[-2000:]
    progress = re.findall(r"context: CPU 0 round (\d+), (\d+) wrong", neighbour)
    assert progress and all(wrong == "0" for _, wrong in progress), neighbour[-2000:]


def test_shell_answers(machine, tmp_path):
    """At full speed, with the console flooded: the host's commands work, and the guest can be stopped and deleted."""
    guests = [Guest("hostile", vcpus=2, mib=8), Guest("context", options=(1,), vm="neighbour")]
    m = machine(BUILD / "zvm_host.bin", smp=2, initrd=bundle(tmp_path, guests))
    m.wait_prompt()
    for vm, name in enumerate(("hostile", "neighbour")):
        good(m, f"zvm new -t {name}")
        good(m, f"zvm run -n {vm}")
    for _ in range(5):
        good(m, "zvm info")
        good(m, "kernel threads")
        good(m, "uptime")
    m.type("zvm look 0\r")
    m.expect(r"hostile: round \d+", timeout=200)
    m.type("\x18")
    m.wait_prompt()
    m.type("zvm look 1\r")
    m.expect(r"context: CPU 0 round \d+, 0 wrong", timeout=200)
    m.type("\x18")
    m.wait_prompt()
    good(m, "zvm stop -n 0")
    wait_state(m, 0, "stopped")
    good(m, "zvm delete -n 0")
    good(m, "zvm delete -f -n 1")
