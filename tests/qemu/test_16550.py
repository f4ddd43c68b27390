# SPDX-License-Identifier: Apache-2.0
"""The 16550 driver on QEMU's model of a real one: a PCI serial port, named as the console by an edited devicetree.

The port's registers are reached through the PCI I/O window of `virt`. A stub before the image does what PCI firmware
would: it gives the port its address. INTx of PCI slot n is SPI 3 + n % 4.
"""
import re

import pytest
from boot_stub import DTB, IMAGE, STUB
from zvm_machine import BUILD, tool

HERE = __file__.rpartition("/")[0]
SLOT = 1
SPI = 3 + SLOT % 4
IO_WINDOW = 0x3EFF0000
IO_BAR = 0x1000
BASE = IO_WINDOW + IO_BAR
MACHINE = "virt,virtualization=on,gic-version=3"


def node(properties=""):
    return (f'serial@{BASE:x} {{ compatible = "ns16550a"; reg = <0x0 {BASE:#x} 0x0 0x8>; '
            f"interrupts = <0 {SPI} 4>; clock-frequency = <1843200>; {properties} }};")


def console_is_16550(properties="", options=""):
    """The devicetree edit: the port exists, and is what stdout-path names."""
    def edit(source):
        source = re.sub(r"stdout-path = [^;]*;", f'stdout-path = "/serial@{BASE:x}{options}";', source)
        return source.rstrip().removesuffix("};") + node(properties) + "};\n"
    return edit


def ecam(source_blob):
    """Address of PCI configuration space, from the devicetree."""
    source = tool("dtc", "-q", "-I", "dtb", "-O", "dts", source_blob)
    reg = re.search(r"pcie@\w+ \{.*?\breg = <([^>]*)>", source, re.S)[1].split()
    return int(reg[0], 0) << 32 | int(reg[1], 0)


def start(machine, tmp_path, devicetree, edit, smp=2):
    blob = devicetree(smp=smp, edit=edit)
    code = tmp_path / "stub.elf"
    tool("aarch64-linux-gnu-gcc", "-nostdlib", "-Wl,--build-id=none", f"-Wl,-Ttext={STUB:#x}",
         f"-DCONFIG={ecam(blob) + (SLOT << 15):#x}", f"-DIO_BAR={IO_BAR:#x}", f"-DDTB={DTB:#x}",
         f"-DIMAGE={IMAGE:#x}", f"{HERE}/pci16550_stub.S", "-o", code)
    return machine(None, command=[
        "qemu-system-aarch64", "-M", MACHINE, "-cpu", "max", "-smp", str(smp), "-m", "1G", "-nic", "none",
        "-display", "none", "-monitor", "none", "-serial", "null", "-chardev", "stdio,id=line,signal=off",
        "-device", f"pci-serial,chardev=line,addr={SLOT}", "-device", f"loader,file={code},cpu-num=0",
        "-device", f"loader,file={BUILD / 'zvm_host.bin'},addr={IMAGE:#x},force-raw=on",
        "-device", f"loader,file={blob},addr={DTB:#x},force-raw=on",
        "-d", "guest_errors,unimp", "-D", str(tmp_path / "guest_errors")])


@pytest.fixture
def port(machine, tmp_path, devicetree):
    m = start(machine, tmp_path, devicetree, console_is_16550())
    m.wait_prompt()
    yield m
    assert (tmp_path / "guest_errors").read_text() == ""


def test_is_the_console(port):
    assert re.search(rf"serial@{BASE:x}\s.*ns16550", port.run("device list"))
    assert "polled" not in port.tail(200)


def test_paste_at_full_speed(port):
    """Each line is a command; one that lost a character would not be answered by `uptime`, or fail."""
    count = 200
    port.type("uptime\r" * count + "version\r")
    port.expect_text("version", timeout=120)
    port.wait_prompt()
    text = port.tail(3 * count + 50)
    assert text.count("uptime\n") == count
    assert not re.search(r"not found|overrun|dropped", text)


def test_output_that_nobody_reads_waits(port):
    """More than the FIFO, the transmit buffer and the pipe hold: the writers wait, and nothing is lost."""
    count = 60
    port.type("help\r")
    port.wait_prompt()
    once = port.run("kernel threads")
    port.type("kernel threads\r" * count + "version\r")
    port.expect_text("version", timeout=120)
    port.wait_prompt()
    header = once.splitlines()[0]
    assert port.log_path.read_text(errors="replace").count(header) >= count + 1


def test_rate_from_the_devicetree(machine, tmp_path, devicetree):
    """Clock and rate given: the driver programs the divisor."""
    m = start(machine, tmp_path, devicetree, console_is_16550(options=":9600n8"), smp=1)
    m.wait_prompt()
    assert "ns16550" in m.run("device list")


def test_without_interrupt(machine, tmp_path, devicetree):
    """A port whose interrupt is not described is polled, and says so."""
    def edit(source):
        return re.sub(r"(compatible = \"ns16550a\".*?)interrupts = <[^>]*>;", r"\1", console_is_16550()(source), flags=re.S)

    m = start(machine, tmp_path, devicetree, edit, smp=1)
    m.wait_prompt()
    assert "polled" in m.tail(200)
    assert "ns16550" in m.run("device list")


def test_designware_quirks(machine, tmp_path, devicetree):
    """`snps,dw-apb-uart` on a plain 16550: the register the quirk needs is not there, and that is said."""
    m = start(machine, tmp_path, devicetree,
              lambda s: console_is_16550()(s).replace('"ns16550a"', '"snps,dw-apb-uart"'), smp=1)
    m.expect(rf"serial@{BASE:x}: [^\n]*reg[^\n]*\n")
