# SPDX-License-Identifier: Apache-2.0
"""Below firmware at EL3, as on boards: a GIC with two security states, of which ZVM sees the non-secure one, and PSCI at EL3.

QEMU's `virt` has that with secure=on, and leaves everything at EL3 to firmware: el3_firmware.py.
"""
import re

import pytest

import el3_firmware as el3
from test_boot import online_cpus
from zvm_guests import ONE_THREAD, assemble, definition, good, wait_state
from zvm_machine import BUILD, TOP, tool

BUNDLE = 0x48000000
CPUS = 4


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """One with a VM."""
    where = tmp_path_factory.mktemp("el3")
    assemble(where, "idle")
    (where / "idle.dts").write_text(definition("idle.bin", vcpus=2), encoding="utf-8")
    tool(TOP / "scripts/mkbundle", where / "bundle.cpio", where / "idle.dts")
    return where / "bundle.cpio"


def start(machine, where, bundle, devicetree, cpu, extra=()):
    """Everything is in RAM, all CPUs begin in the firmware."""
    end = BUNDLE + bundle.stat().st_size

    def edit(source):
        return source.replace("chosen {", f"chosen {{\nlinux,initrd-start = <{BUNDLE:#x}>;\nlinux,initrd-end = <{end:#x}>;\n", 1)

    images = {el3.IMAGE: BUILD / "zvm_host.bin", BUNDLE: bundle}
    return machine(None, command=el3.command(where, devicetree(smp=CPUS, edit=edit), images, CPUS, cpu, [*ONE_THREAD, *extra]))


@pytest.mark.parametrize("cpu", ["cortex-a76", "neoverse-n1"])
def test_below_firmware(machine, bundle, devicetree, tmp_path, cpu):
    m = start(machine, tmp_path, bundle, devicetree, cpu, ["-d", "guest_errors", "-D", tmp_path / "guest_errors"])
    m.wait_prompt()
    assert online_cpus(m) == CPUS
    assert re.search(r"pl011@9000000\s+pl011\s+ready", m.run("device list"))
    # Timers, SGIs and the console's SPI come; a guest's interrupts, too.
    good(m, "zvm new -t idle")
    good(m, "zvm run -n 0")
    wait_state(m, 0, "running")
    m.run("kernel cpus")
    good(m, "zvm delete -f -n 0")
    assert (tmp_path / "guest_errors").read_text() == ""
