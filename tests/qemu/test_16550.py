# SPDX-License-Identifier: Apache-2.0
"""The 16550 driver on QEMU's model of a real one: a PCI serial port, named as the console by an edited devicetree.

The port's registers are reached through the PCI I/O window of `virt`. ZVM has no PCI: the boot stub does what firmware would,
and gives the port its address. INTx of PCI slot n is SPI 3 + n % 4.
"""
import re
import time

import boot_stub
import pytest
from boot_stub import DTB
from zvm_machine import BUILD, tool

SLOT = 2
SPI = 3 + SLOT % 4
IO_BAR = 0x1000
BASE = 0x3EFF0000 + IO_BAR
PLAIN = 'compatible = "ns16550a";'
DESIGNWARE = 'compatible = "snps,dw-apb-uart"; reg-shift = <0>; reg-io-width = <1>;'


def console_is_16550(properties=PLAIN, options="", interrupt=f"interrupts = <0 {SPI} 4>;"):
    """The devicetree edit: the port exists, and is what stdout-path names."""
    def edit(source):
        source = re.sub(r"stdout-path = [^;]*;", f'stdout-path = "/serial@{BASE:x}{options}";', source)
        return source.replace("chosen {", f"""
    serial@{BASE:x} {{
        reg = <0x0 {BASE:#x} 0x0 0x8>;
        clock-frequency = <1843200>;
        {interrupt}
        {properties}
    }};
    chosen {{""", 1)
    return edit


def config_space(blob):
    """Where the port's PCI configuration space (ECAM) is, from the devicetree."""
    source = tool("dtc", "-q", "-I", "dtb", "-O", "dts", blob)
    reg = re.search(r"pcie@\w+ \{.*?\breg = <([^>]*)>", source, re.S)[1].split()
    return (int(reg[0], 0) << 32 | int(reg[1], 0)) + (SLOT << 15)


def start(machine, tmp_path, devicetree, edit, smp=2):
    blob = devicetree(smp=smp, edit=edit)
    config = config_space(blob)
    # BAR 0 is the I/O address; bit 0 of the command register switches I/O decoding on.
    writes = [(config + 0x10, IO_BAR | 1), (config + 0x04, 1)]
    args = boot_stub.loader_args(tmp_path, BUILD / "zvm_host.bin", DTB, blobs=[(blob, DTB)], writes=writes)
    args += ["-serial", "none", "-monitor", "none", "-chardev", "stdio,id=line,signal=off",
             "-device", f"pci-serial,chardev=line,addr={SLOT}",
             "-d", "guest_errors", "-D", str(tmp_path / "guest_errors")]
    return machine(None, command=boot_stub.command(args, smp=smp))


@pytest.fixture(params=[PLAIN, DESIGNWARE], ids=["ns16550a", "dw-apb-uart"])
def port(request, machine, tmp_path, devicetree):
    m = start(machine, tmp_path, devicetree, console_is_16550(request.param))
    m.wait_prompt()
    yield m
    assert (tmp_path / "guest_errors").read_text() == ""


def test_is_the_console(port):
    assert re.search(rf"serial@{BASE:x}\s+ns16550\s+ready", port.run("device list"))
    assert "polled" not in port.tail(200)
    assert len(re.findall(r"\bonline\b|\bidle\b|\bshell\b", port.run("kernel cpus"))) >= 2


def test_paste_at_full_speed(port):
    """Received by interrupt, faster than it is read: each line must come back whole."""
    lines = [f"nosuch{i:03d}" for i in range(200)]
    port.paste("\r".join(lines) + "\rversion\r")
    port.expect(r"ZVM \d+\.\d+", timeout=120)
    text = port.tail(1000)
    # Echoed, and named again by the shell as a command that it does not know.
    assert all(text.count(line) >= 2 for line in lines)
    assert not re.search(r"overrun|dropped", text)


def test_output_that_nobody_reads_waits(port):
    """More than FIFO, transmit buffer and pty hold: the writer sleeps, and nothing is lost."""
    count = 60
    once = port.run("help")
    port.type("help\r" * count + "version\r")
    time.sleep(3)
    port.expect(r"ZVM \d+\.\d+", timeout=120)
    last = [line for line in once.splitlines() if line.strip()][-1]
    text = port.tail(10000)
    assert text.count(last) == count + 1
    assert "dropped" not in text


def test_rate_from_the_devicetree(machine, tmp_path, devicetree):
    """Clock and rate given: the driver programs the divisor."""
    m = start(machine, tmp_path, devicetree, console_is_16550(options=":9600n8"), smp=1)
    m.wait_prompt()
    assert "ns16550" in m.run("device list")


def test_without_interrupt(machine, tmp_path, devicetree):
    """A port whose interrupt is not described is polled, and says so."""
    m = start(machine, tmp_path, devicetree, console_is_16550(interrupt=""), smp=1)
    m.expect(r"polled")
    m.wait_prompt()
    assert "ns16550" in m.run("device list")
