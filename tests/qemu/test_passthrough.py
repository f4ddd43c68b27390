# SPDX-License-Identifier: Apache-2.0
"""Devices of the machine's in guests: a PL031, a PL061 and a 16550 on PCI; who may have which, and that they come back."""
import os
import re

import boot_stub
import pytest
from boot_stub import DTB
from test_16550 import BASE, IO_BAR, SLOT, SPI, config_space
from zvm_exact import check, image
from zvm_guests import ONE_THREAD, WAIT, archive, assemble, bad, command, compiled, delete_all, good, resources, say, wait_state
from zvm_linux import Linux
from zvm_linux import bundle as linux_bundle
from zvm_machine import BUILD, TOP, Line, Machine, plain, tool

pytestmark = pytest.mark.xdist_group("zvm_passthrough")

INITRD = 0x48000000
GICD = 0x08000000
RTC, GPIO, UART = 34, 39, 32 + SPI

# The example that the documentation goes through: its definition, what `zvm info` says, what is typed in the guest.
TEXT = (TOP / "docs/passthrough.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```dts\n(/dts-v1.*?)```", TEXT, re.S).group(1)
INFO = re.findall(r"(?m)^0x\w+-0x\w+ .* <- .*$", TEXT)
TYPED = re.findall(r"(?m)^root@linux:~# (.*)$", TEXT)

# A virtio device's status, and a guest that sets it.
STATUS = 0x0A003E70
ARMED = f"    ldr x0, ={STATUS:#x}\n    mov w1, #3\n    str w1, [x0]\n" + say("armed\\r\\n") + WAIT

# What an edit adds to the machine's devicetree: the 16550, and nodes that are not what they should be.
NODES = f"""
    serial@{BASE:x} {{
        compatible = "ns16550a"; reg = <0x0 {BASE:#x} 0x0 0x8>; interrupts = <0 {SPI} 4>; clock-frequency = <1843200>;
    }};
    far@b010000 {{ compatible = "arm,pl061"; reg = <0x0 0xb010000 0x0 0x1000>; interrupts = <0 900 4>; }};
    part@b020010 {{ compatible = "arm,pl061"; reg = <0x0 0xb020010 0x0 0x1000>; }};
    cells@b030000 {{ compatible = "arm,pl061"; reg = <0x0 0xb030000 0x1000>; }};
    irqs@b040000 {{ compatible = "arm,pl061"; reg = <0x0 0xb040000 0x0 0x1000>; interrupts = <0 4>; }};
    beside@9000800 {{ compatible = "arm,pl061"; reg = <0x0 0x9000800 0x0 0x100>; }};
"""

DEFINITION = """/dts-v1/;
/ {{
	compatible = "zvm,vm-v1";
	os = "{os}";
	memory-mib = <{mib}>;
	kernel = "{kernel}";
	{more}
	devices {{
		{devices}
	}};
}};
"""
CONSOLE = 'uart0 { compatible = "arm,pl011"; };'
RTC_NODE = 'rtc { passthrough = "/pl031@9010000"; };'
GPIO_NODE = 'gpio { passthrough = "/pl061@9030000"; };'
UART_NODE = f'serial {{ passthrough = "/serial@{BASE:x}"; shared-pages; }};'


LOAD = "kernel-load = <0x0 0x40000000>;"


def definition(devices, kernel="guest.bin", os="raw", mib=16, more=LOAD):
    """The source of one with these devices."""
    return DEFINITION.format(devices=devices, kernel=kernel, os=os, mib=mib, more=more)


def given(path, words=""):
    """A definition with a device `d`, and how the line begins that refuses it."""
    return definition(f'd {{ passthrough = "{path}"; {words} }};')


# What the definition asks for, and the line it gets: file, node, property.
WRONG = {
    "unknown": (given("/pl031@9990000"), "passthrough: '/pl031@9990000' is not in this machine's devicetree"),
    "console": (given("/pl011@9000000"), "passthrough: '/pl011@9000000' is the host's: the console"),
    "gic": (given("/intc@8000000"), "passthrough: '/intc@8000000' is the host's: the interrupt controller"),
    "bus": (given("/platform-bus@c000000"), "passthrough: '/platform-bus@c000000' is a bus (ranges): name the devices on it"),
    "its": (given("/intc@8000000/its@8080000"), "passthrough: '/intc@8000000/its@8080000' is the host's: the interrupt controller"),
    "timer": (given("/timer"), "passthrough: '/timer' is the host's: the kernel's timer"),
    "psci": (given("/psci"), "passthrough: '/psci' is the host's: the way to the firmware"),
    "farirq": (given("/far@b010000"), "passthrough: '/far@b010000': interrupt 932: this GIC has them up to N"),
    "part": (given("/part@b020010"), "passthrough: '/part@b020010': 0xb020010 + 0x1000 is no whole page: say shared-pages if the "
             "guest may have all of it"),
    "cells": (given("/cells@b030000"), "passthrough: devicetree: /cells@b030000: reg: 12 bytes long, not a multiple of 16"),
    "irqcells": (given("/irqs@b040000"), "passthrough: devicetree: /irqs@b040000: interrupts: 8 bytes long, not a multiple of 12"),
    "beside": (given("/beside@9000800", "shared-pages;"),
               "passthrough: '/beside@9000800' shares a page with pl011@9000000, the console"),
    "dma": (given("/virtio_mmio@a003e00", "shared-pages;"),
            "passthrough: '/virtio_mmio@a003e00' may do DMA: say memory-map = \"direct\", or no-dma if it does none"),
    "twice": (definition('c { passthrough = "/pl031@9010000"; }; d { passthrough = "/pl031@9010000"; };'),
              "passthrough: '/pl031@9010000' is /devices/c already"),
    "inram": (given("/pl031@9010000", "reg = <0x0 0x40000000 0x0 0x1000>;"),
              "passthrough: overlaps RAM at 0x40000000; give it a range of its own"),
}


def edit(end):
    """The devicetree edit: the nodes above, and a bundle that ends there."""
    def change(source):
        return source.replace("chosen {", NODES + f"""
    chosen {{
        linux,initrd-start = <0x0 {INITRD:#x}>;
        linux,initrd-end = <0x0 {end:#x}>;
""", 1)
    return change


class Host(Machine):
    """A machine with a 16550 on PCI, whose line and QEMU's monitor are sockets."""

    def __init__(self, where, devicetree, bundle):
        blob = devicetree(smp=2, edit=edit(INITRD + bundle.stat().st_size))
        config = config_space(blob)
        args = boot_stub.loader_args(where, BUILD / "zvm_host.bin", DTB, blobs=[(blob, DTB), (bundle, INITRD)],
                                     writes=[(config + 0x10, IO_BAR | 1), (config + 0x04, 1)])
        for name in ("line", "monitor"):
            args += ["-chardev", f"socket,id={name},path={where / name},server=on,wait=off"]
        args += ["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console", "-mon", "chardev=monitor",
                 "-device", f"pci-serial,chardev=line,addr={SLOT}", "-device", "virtio-rng-device", *ONE_THREAD]
        super().__init__(None, name="test_passthrough.host", command=boot_stub.command(args, smp=2))
        self.wait_prompt()
        self.line = Line(where / "line", "test_passthrough.line")
        self.monitor = Line(where / "monitor", "test_passthrough.monitor")
        self.monitor.expect_text("(qemu) ")

    def close(self):
        self.line.close()
        self.monitor.close()
        super().close()

    def word(self, address):
        """32 bits of the machine's, as the emulator sees them."""
        self.monitor.type(f"xp /1wx {address:#x}\n")
        self.monitor.expect(rf"{address:016x}: 0x(\w+)\r\n\(qemu\) ")
        return int(self.monitor.process.match.group(1), 16)

    def interrupt(self, intid):
        """(enabled, pending, active) in the machine's GIC (IHI 0069, GICD_ISENABLER and on)."""
        return tuple(self.word(GICD + reg + intid // 32 * 4) >> intid % 32 & 1 for reg in (0x100, 0x200, 0x300))


@pytest.fixture(scope="module")
def host(tmp_path_factory, devicetree):
    """The machine, with all definitions."""
    where = tmp_path_factory.mktemp("passthrough")
    linux_bundle(where)
    files = {f"vms/{name}.dtb": compiled(where, source) for name, (source, _) in WRONG.items()}
    for name in ("Image", "initrd.cpio.gz"):
        files[f"linux/{name}"] = (where / "linux" / name).read_bytes()
    files["vms/example.dtb"] = compiled(where, EXAMPLE)
    files["vms/linux.dtb"] = compiled(where, definition(
        RTC_NODE + GPIO_NODE + UART_NODE, "linux/Image", "linux", 256,
        'initrd = "linux/initrd.cpio.gz"; bootargs = "console=ttyS0 quiet";'))
    guests = {"few": (0, 10), "many": (0, 210), "pending": (1, 0), "active": (2, 0), "after": (3, 3), "unusual": (4, 3),
              "pinned": (4, 3), "walk": (5, 3)}
    for name, options in guests.items():
        files[f"{name}.bin"] = image("passthrough", *options)
        more = {"unusual": "vcpus = <2>;", "pinned": "vcpus = <2>; cpus = <1 0>;"}.get(name, "")
        files[f"vms/{name}.dtb"] = compiled(where, definition(CONSOLE + RTC_NODE + GPIO_NODE, f"{name}.bin", more=LOAD + more))
    files["guest.bin"] = image("passthrough")
    files["armed.bin"] = assemble(where, "armed", ARMED).read_bytes()
    files["vms/armed.dtb"] = compiled(where, definition(
        CONSOLE + 'd { passthrough = "/virtio_mmio@a003e00"; shared-pages; };', "armed.bin", mib=2, more='memory-map = "direct";'))
    files["vms/all.dtb"] = compiled(where, definition(CONSOLE + RTC_NODE + GPIO_NODE + UART_NODE))
    files["vms/direct.dtb"] = compiled(where, definition(
        CONSOLE, more='memory-map = "direct"; memory-base = <0x0 0x42000000>;'))
    with Host(where, devicetree, archive(where, files)) as m:
        yield m


@pytest.fixture(autouse=True)
def as_before(request):
    """Every test on the shared machine leaves memory, threads and the devices' interrupts as they were."""
    if "host" not in request.fixturenames:
        yield
        return
    m = request.getfixturevalue("host")
    before = resources(m)
    yield
    delete_all(m)
    assert resources(m) == before
    for intid in (RTC, GPIO, UART):
        assert m.interrupt(intid) == (0, 0, 0), intid


def look(m, vm, until):
    """What it prints, or has printed, until then."""
    m.type(f"zvm look {vm}\r")
    m.expect(until)
    text = plain(m.process.before + m.process.match.group())
    m.type("\x18")
    m.wait_prompt()
    return text


def verdict(m, kind, vm=None):
    """A new VM, or that one, whose guest has found everything as it should be and powered off."""
    vm = new(m, kind) if vm is None else vm
    m.type(f"zvm run {vm}\r")
    m.expect_text(f"vm {vm} ({kind}): powered off")
    wait_state(m, vm, "stopped")
    check(look(m, vm, r"guest-test: \d+ passed, \d+ failed"))
    return vm


def new(m, kind):
    """The id of a new VM."""
    return int(re.match(r"vm (\d+): ", good(m, f"zvm new -t {kind}")).group(1))


# ---- refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRONG)
def test_refused(host, name):
    before = resources(host)
    line = re.escape(WRONG[name][1]).replace("to\\ N", r"to \d+")
    bad(host, f"zvm new -t {name}", f"^zvm new: vms/{name}\\.dtb: /devices/d: {line}$")
    assert resources(host) == before


def test_direct_where_the_host_is(host):
    bad(host, "zvm new -t direct", r"^zvm new: vms/direct\.dtb: /: memory-base: 0x42000000 \+ 16 MiB is not all free RAM: ")


def test_two_vms(host):
    """One at a time, by name; then the next."""
    first = new(host, "few")
    taken = resources(host)
    bad(host, "zvm new -t all", rf"^zvm new: vms/all\.dtb: /devices/rtc: passthrough: '/pl031@9010000' belongs to vm {first} \(few\)$")
    assert resources(host) == taken
    good(host, f"zvm delete {first}")
    good(host, f"zvm delete {new(host, 'all')}")


def test_every_allocation_fails_once(host):
    before = resources(host)
    for nth in range(1, 100):
        good(host, f"fault {nth}")
        result, text = command(host, "zvm new -t all")
        good(host, "fault 0")
        if result == 0:
            break
        assert re.search(r"^zvm new: .*memory", text) and len(text.splitlines()) == 1, text
        assert resources(host) == before, nth
        for intid in (RTC, GPIO, UART):
            assert host.interrupt(intid) == (0, 0, 0), (nth, intid)
    assert nth > 6


# ---- given ---------------------------------------------------------------------------------------


def test_info(host):
    assert len(INFO) == 2 and len(TYPED) == 4
    for kind in ("example", "all"):
        vm = new(host, kind)
        text = good(host, f"zvm info -n {vm}")
        assert all(f"\n{line}\n" in text for line in INFO)
        if kind == "example":
            good(host, f"zvm delete {vm}")
    assert f"\n{BASE:#012x}-{BASE + 7:#012x}  serial      /serial@{BASE:x}, at {BASE:#x}, interrupt {UART} <- {UART}\n" in text


def exits(m, vm):
    """{reason: exits}."""
    rows = re.findall(r"(?m)^(\w+) +\d+ +(\d+)$", good(m, f"zvm info -n {vm}").partition("EXITS")[2].partition("ADDRESSES")[0])
    return {reason: int(count) for reason, count in rows}


def test_interrupts_end_without_exit(host):
    """200 interrupts more are 200 exits more, each for its coming: none for what the guest does about it."""
    counts = []
    for kind in ("few", "many"):
        vm = verdict(host, kind)
        counts.append(exits(host, vm))
        good(host, f"zvm delete {vm}")
    few, many = counts
    # The host's timer is among them.
    assert few.pop("irq") >= 10 and many.pop("irq") >= 210
    assert few == many


@pytest.mark.parametrize("left", ["pending", "active"])
def test_what_a_guest_leaves(host, left):
    """Interrupts that nobody took, and one that is active, when the VM is deleted: the next one finds nothing of that."""
    vm = new(host, left)
    good(host, f"zvm run {vm}")
    look(host, vm, "left so")
    assert host.interrupt(RTC)[0] == 1
    good(host, f"zvm delete -f {vm}")
    for intid in (RTC, GPIO):
        assert host.interrupt(intid) == (0, 0, 0)
    verdict(host, "after")


@pytest.mark.parametrize("kind", ["unusual", "pinned"])
def test_unusual(host, kind):
    """Ends in two steps, lines that stay high, disabled and pended by register, on another CPU; and the VM runs again."""
    verdict(host, kind, verdict(host, kind))


def test_table_walk_into_registers(host):
    """A guest's tables cannot lie in a device's registers: the host walks them too, and the device may answer it with an abort."""
    verdict(host, "walk")


def test_reset_of_one_that_left_them(host):
    """The next life finds them as the first did."""
    vm = new(host, "pending")
    good(host, f"zvm run {vm}")
    look(host, vm, "left so")
    good(host, f"zvm pause {vm}")
    good(host, f"zvm reset {vm}")
    assert "FAIL" not in look(host, vm, "left so")


def test_dma_ends(host):
    """A virtio device that its guest has set up is reset before its memory is somebody else's."""
    vm = new(host, "armed")
    good(host, f"zvm run {vm}")
    look(host, vm, "armed")
    assert host.word(STATUS) == 3
    good(host, f"zvm delete -f {vm}")
    assert host.word(STATUS) == 0


class OnLine(Linux):
    """A Linux whose console is the 16550."""

    def __init__(self, m):  # pylint: disable=super-init-not-called
        self.host = m
        self.m = m.line
        self.vm = new(m, "linux")
        good(m, f"zvm run {self.vm}")
        self.login()


def use(linux):
    """The drivers of Debian's kernel have them, and they work."""
    # Its clock is the machine's.
    driver, date, _, chip = (linux.sh(line).strip() for line in TYPED)
    assert driver == "rtc-pl031"
    assert re.search(r"20\d\d", date)
    linux.sh("while ! grep -q '^ *[0-9]*: *[1-9].* rtc-pl031' /proc/interrupts; do :; done")
    assert re.search(rf"(?m)^ *\d+: +1 +GICv3 +{RTC} Level +rtc-pl031$", linux.sh("cat /proc/interrupts"))
    # A line that is an output reads as it was set.
    chip = chip.rpartition("/")[0]
    base = int(linux.sh(f"cat {chip}/base"))
    assert linux.sh(f"cat {chip}/ngpio").strip() == "8"
    linux.sh(f"echo {base + 5} > /sys/class/gpio/export; echo high > /sys/class/gpio/gpio{base + 5}/direction")
    assert linux.sh(f"cat /sys/class/gpio/gpio{base + 5}/value").strip() == "1"
    # All of this came through the 16550, by interrupts.
    assert re.search(rf"(?m)^ *\d+: +\d\d+ +GICv3 +{UART} Level +ttyS0$", linux.sh("cat /proc/interrupts"))
    assert linux.sh("seq 500 | sed 's,^,number ,'").split()[-1] == "500"


def test_linux(host):
    """Debian's Linux with all three, twice: the first VM ends without having been asked."""
    linux = OnLine(host)
    use(linux)
    linux.m.type("echo 1 > /sys/class/rtc/rtc0/wakealarm; seq 100000\r")
    linux.m.expect("999")
    good(host, f"zvm delete -f {linux.vm}")
    linux = OnLine(host)
    use(linux)
    linux.m.type("poweroff\r")
    wait_state(host, linux.vm, "stopped")


# ---- a machine that has two PL011 ------------------------------------------------------------------


def qemu_version():
    return tuple(int(n) for n in re.search(r"version (\d+)\.(\d+)", tool(os.environ.get("QEMU", "qemu-system-aarch64"), "--version")).groups())


@pytest.mark.skipif(qemu_version() < (9, 1), reason="a second PL011 that is not the secure world's is in QEMU's virt from 9.1 on")
def test_second_pl011(machine, tmp_path):
    """Its guest's console, where guests look for one."""
    devices = 'uart { passthrough = "/pl011@9040000"; reg = <0x0 0x09000000 0x0 0x1000>; };'
    files = {"vms/uart.dtb": compiled(tmp_path, definition(devices + RTC_NODE + GPIO_NODE)),
             "guest.bin": image("passthrough", 0, 3)}
    m = machine(BUILD / "zvm_host.bin", smp=2, initrd=archive(tmp_path, files),
                extra=["-serial", "mon:stdio", "-chardev", f"socket,id=line,path={tmp_path / 'line'},server=on,wait=off", "-serial",
                       "chardev:line"])
    m.wait_prompt()
    line = Line(tmp_path / "line", "test_second_pl011.line")
    good(m, f"zvm run {new(m, 'uart')}")
    line.expect(r"guest-test: \d+ passed, \d+ failed")
    check(plain(line.process.before + line.process.match.group()))
    line.close()
