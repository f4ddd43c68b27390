# SPDX-License-Identifier: Apache-2.0
"""The same kernel at EL1: the RTOS application with its shell, and the control-loop demonstration."""
import re

import pytest

from zvm_machine import BUILD


@pytest.mark.parametrize("cpu", ["max", "cortex-a76"])
@pytest.mark.parametrize("smp", [1, 4])
def test_rtos_shell(machine, cpu, smp):
    """With a shell that works as the host's does."""
    m = machine(BUILD / "rtos.bin", el=1, cpu=cpu, smp=smp, mem="256M")
    m.wait_prompt()
    assert re.search(r"\d+\.\d+\.\d+", m.run("version"))
    assert "idle" in m.run("kernel threads")
    m.type("poweroff\r")
    m.wait_exit()


def test_rtos_started_at_el2(machine):
    """An EL1 image that a boot loader enters at EL2 drops to EL1 by itself."""
    m = machine(BUILD / "rtos.bin", el=2, smp=2)
    m.prompt = "rtos:~# "
    m.wait_prompt()


@pytest.mark.parametrize("el", [1, 2])
def test_rt_demo(machine, el):
    """A 1 kHz task prints its wake-up latency histogram."""
    m = machine(BUILD / f"rt_demo_el{el}.bin", el=el, smp=2)
    m.expect(r"(?i)latency", timeout=90)
    m.expect(r"(?i)\bmax\b", timeout=90)
