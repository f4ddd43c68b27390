# SPDX-License-Identifier: Apache-2.0
"""The 16550 driver on QEMU's real one: a pci-serial behind `virt`'s PCI I/O window, made the console by the devicetree.

ZVM has no PCI: the boot stub does what firmware would, and gives the function its I/O address.
"""
import re

import pytest

import boot_stub
from boot_stub import DTB
from zvm_machine import BUILD

SLOT = 2
ECAM = 0x4010000000 + (SLOT << 15)
PORT = 0x1000
BASE = 0x3EFF0000 + PORT
# BAR 0 is the I/O address; the command register's bit 0 switches I/O decoding on.
WRITES = [(ECAM + 0x10, PORT | 1), (ECAM + 0x04, 1)]
QEMU = ["-serial", "none", "-monitor", "none", "-chardev", "stdio,id=con", "-device",
        f"pci-serial,chardev=con,addr={SLOT}"]


def devicetree_edit(properties):
    node = f"""
    serial@{BASE:x} {{
        reg = <0x0 {BASE:#x} 0x0 0x8>;
        interrupts = <0 {3 + SLOT % 4} 4>;
        clock-frequency = <1843200>;
        current-speed = <115200>;
        {properties}
    }};
    chosen {{"""

    def edit(source):
        source = source.replace("chosen {", node, 1)
        return re.sub(r"stdout-path = [^;]*;", f'stdout-path = "/serial@{BASE:x}:115200n8";', source)

    return edit


@pytest.mark.parametrize("properties", [
    'compatible = "ns16550a";',
    'compatible = "snps,dw-apb-uart"; reg-shift = <0>; reg-io-width = <1>;',
], ids=["ns16550a", "dw-apb-uart"])
def test_console(machine, tmp_path, devicetree, properties):
    blob = devicetree(smp=2, edit=devicetree_edit(properties))
    args = boot_stub.loader_args(tmp_path, BUILD / "zvm_host.bin", DTB, blobs=[(blob, DTB)], writes=WRITES)
    m = machine(None, command=boot_stub.command(args + QEMU, smp=2))
    m.wait_prompt()
    assert len(re.findall(r"\bonline\b", m.run("kernel cpus"))) == 2
    # Received by interrupt, faster than it is read: nothing is lost.
    lines = [f"nosuch{i:03d}" for i in range(200)]
    m.type("\r".join(lines) + "\r")
    m.expect(r"nosuch199[^\n]*\n(?:[^\n]*nosuch199)?")
    m.type("\r")
    m.expect(re.escape(m.prompt))
    m.type("version\r")
    m.expect(r"\d+\.\d+\.\d+")
