# SPDX-License-Identifier: Apache-2.0
"""Images that a loader has left in RAM, and definitions from the bundle, from the host's devicetree, or built in."""
import os
import re
import subprocess

import pytest

from zvm_guests import ONE_THREAD, archive, assemble, bad, compiled, definition, good, wait_state
from zvm_linux import Linux
from zvm_machine import BUILD, TOP, tool

IMAGE = BUILD / "zvm_host.bin"
MIB = 1 << 20

# For Linux, by hand: less than ZVM would say, and a model that it would not.
OWN_TREE = """/dts-v1/;
/ {
	#address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
	compatible = "linux,dummy-virt"; model = "by hand";
	chosen { stdout-path = "/pl011@9000000"; };
	memory { device_type = "memory"; reg = <0 0 0 0>; };
	psci { compatible = "arm,psci-1.0"; method = "smc"; };
	cpus {
		#address-cells = <1>; #size-cells = <0>;
		cpu@0 { device_type = "cpu"; compatible = "arm,armv8"; reg = <0>; enable-method = "psci"; };
		cpu@1 { device_type = "cpu"; compatible = "arm,armv8"; reg = <1>; enable-method = "psci"; };
	};
	timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>; };
	gic: intc@8000000 {
		compatible = "arm,gic-v3"; reg = <0 0x8000000 0 0x10000>, <0 0x80a0000 0 0x40000>;
		interrupt-controller; #interrupt-cells = <3>;
	};
	clk: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };
	pl011@9000000 {
		compatible = "arm,pl011", "arm,primecell"; reg = <0 0x9000000 0 0x1000>; interrupts = <0 1 4>;
		clocks = <&clk>, <&clk>; clock-names = "uartclk", "apb_pclk";
	};
};
"""


@pytest.fixture(scope="module")
def images():
    """Debian's kernel and its initrd, and the RTOS, as scripts/make-bundle leaves them."""
    tool(TOP / "scripts/make-bundle", env={**os.environ, "BUILD": str(BUILD)})
    staged = BUILD / "bundle-default"
    return {"kernel": staged / "linux/Image", "initrd": staged / "linux/initrd.cpio.gz", "rtos": staged / "zephyr/rtos.bin"}


def left_at(address, file):
    """QEMU's options that put a file into RAM."""
    return ["-device", f"loader,file={file},addr={address:#x},force-raw=on"]


def reg(name, address, file):
    """The property that names it there."""
    return f"{name}-reg = <0 {address:#x} 0 {file.stat().st_size:#x}>;"


def linux(more):
    return (f'compatible = "zvm,vm-v1"; os = "linux"; vcpus = <2>; memory-mib = <256>; bootargs = "console=ttyAMA0 quiet";'
            f' {more}')


UART = 'devices { uart0 { compatible = "arm,pl011"; }; };'


def overlaid(where, base, vms):
    """The devicetree `base` with an overlay that has definitions, as a boot loader would apply it."""
    (where / "vms.dts").write_text(f"/dts-v1/; /plugin/; &{{/}} {{ zvm {{ vms {{ {vms} }}; }}; }};", encoding="utf-8")
    tool("dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", where / "vms.dtbo", where / "vms.dts")
    tool("fdtoverlay", "-i", base, "-o", where / "host.dtb", where / "vms.dtbo")
    return where / "host.dtb"


def test_all_of_linux_by_address(machine, images, tmp_path):
    """Kernel, initrd and devicetree, and the RTOS beside it: the bundle has two definitions and no image."""
    (tmp_path / "own.dts").write_text(OWN_TREE, encoding="utf-8")
    own = tmp_path / "own.dtb"
    tool("dtc", "-q", "-o", own, tmp_path / "own.dts")
    # From the end of ZVM's own memory on, where it would go on with its heap.
    kernel, initrd, dtb, rtos = 0x41000000, 0x45000008, 0x46fffff0, 0x47800000
    sources = {
        "linux": linux(reg("kernel", kernel, images["kernel"]) + reg("initrd", initrd, images["initrd"])
                       + f"dtb-reg = <0 {dtb:#x} 0 0x10000>;" + UART),
        "zephyr": f'compatible = "zvm,vm-v1"; os = "zephyr"; memory-mib = <16>; {reg("kernel", rtos, images["rtos"])} {UART}',
    }
    packed = archive(tmp_path, {f"vms/{name}.dtb": compiled(tmp_path, f"/dts-v1/; / {{ {text} }};")
                                for name, text in sources.items()})
    m = machine(IMAGE, smp=2, initrd=packed, extra=[
        *ONE_THREAD, *left_at(kernel, images["kernel"]), *left_at(initrd, images["initrd"]), *left_at(dtb, own),
        *left_at(rtos, images["rtos"])])
    m.wait_prompt()
    guest = Linux(m)
    good(m, "zvm new -t zephyr")
    good(m, "zvm run 1")
    for verb in ("look", "reset", "look"):
        m.type(f"zvm {verb} 1\r")
        if verb == "look":
            m.expect("rtos:~# ")
            m.type("\x18")
        m.wait_prompt()
    guest.run()
    guest.login()
    assert guest.sh("tr '\\0' '\\n' < /proc/device-tree/model").strip() == "by hand"
    assert guest.sh("nproc").strip() == "2"
    guest.poweroff()


def test_linux_from_the_devicetree_alone(machine, images, devicetree, tmp_path):
    """No initrd is given to ZVM: definitions in /zvm/vms, one that starts by itself, images by address."""
    kernel, initrd, rtos = 0x60000000, 0x64000000, 0x67000000
    tree = overlaid(tmp_path, devicetree(smp=2), f"""
        linux: linux {{ {linux(reg("kernel", kernel, images["kernel"]) + reg("initrd", initrd, images["initrd"]) + UART)} }};
        rtos {{
            compatible = "zvm,vm-v1"; os = "zephyr"; memory-mib = <16>; autostart; {reg("kernel", rtos, images["rtos"])}
            {UART.replace("uart0", "console: uart0")}
        }};
        off {{ status = "disabled"; }};""")
    m = machine(IMAGE, smp=2, extra=[
        *ONE_THREAD, "-dtb", tree, *left_at(kernel, images["kernel"]), *left_at(initrd, images["initrd"]),
        *left_at(rtos, images["rtos"])])
    m.expect_text("vm 0 (rtos): started")
    m.type("\r")
    m.wait_prompt()
    bad(m, "zvm new -t off", "there is no definition 'off'; there are: (rtos, linux|linux, rtos)$")
    m.type("zvm look 0\r")
    m.expect("rtos:~# ")
    m.type("\x18")
    m.wait_prompt()
    guest = Linux(m)
    guest.run()
    guest.login()
    assert guest.sh("nproc").strip() == "2"
    guest.poweroff()


def test_what_the_devicetree_says_wrongly(machine, devicetree, tmp_path):
    """It starts all the same; each fault is a line of `zvm new`, and what is the machine's is not looked for in there."""
    assemble(tmp_path, "idle")
    idle = f'compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; kernel = "idle.bin"; {UART}'
    packed = archive(tmp_path, {"vms/both.dtb": compiled(tmp_path, definition("none")),
                                "vms/more.dtb": compiled(tmp_path, definition("idle.bin")),
                                "idle.bin": (tmp_path / "idle.bin").read_bytes()})
    tree = overlaid(tmp_path, devicetree(smp=2), f"""
        both {{ {idle} }};
        empty {{ }};
        vcpus {{ vcpus = <9>; {idle} }};
        device {{ {idle.replace('"arm,pl011"', '"arm,pl011"; irq = <7>')} }};
        host {{ {idle.replace('kernel = "idle.bin"', "kernel-reg = <0 0x40200000 0 0x1000>")} }};
        cells {{ kernel-reg = <0 0x50000000 0>; initrd-reg = "text"; }};
        wide {{ bootargs = "{"x" * 17000}"; {idle} }};
        a-name-of-more-than-thirty-one-chars {{ {idle} }};
        machine {{ memory@50000000 {{ device_type = "memory"; reg = <0x50000000 0x10000000>; }};
                   psci {{ compatible = "arm,psci-1.0"; method = "hvc"; }};
                   intc {{ compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; reg = <0 1>; }}; }};
        """.replace("both", 'only = "a property"; both', 1))
    m = machine(IMAGE, smp=2, initrd=packed, extra=[*ONE_THREAD, "-dtb", tree])
    said = m.wait_prompt()
    for line in (r"vms/both\.dtb: the host devicetree has one of this name: ignored",
                 r"host devicetree: /zvm/vms/wide: larger than 16 KiB: ignored",
                 r"host devicetree: /zvm/vms/a-name-of-more-than-thirty-one-chars: the name has more than 31 characters: ignored"):
        assert re.search(line, said), said
    assert len([line for line in said.splitlines() if "zvm/vms" in line]) == 2, said
    good(m, "kernel memory", r"RAM +1048576 KiB")
    for name, line in {
            "empty": "compatible: is missing",
            "vcpus": "vcpus: 9: must be 1 to 8",
            "host": r"kernel-reg: the host uses memory in 0x40200000 \+ 0x1000; leave the image elsewhere",
            "cells": "(kernel|initrd)-reg: must be address and size, two cells each",
    }.items():
        bad(m, f"zvm new -t {name}", f"^zvm new: host devicetree: /zvm/vms/{name}: {line}")
    bad(m, "zvm new -t device", "^zvm new: host devicetree: /zvm/vms/device/devices/uart0: irq: 7: must be an INTID from 32")
    bad(m, "zvm new -t machine", "^zvm new: host devicetree: /zvm/vms/machine: ")
    for n, name in enumerate(("both", "more")):
        good(m, f"zvm new -t {name}")
        good(m, f"zvm run {n}")
        wait_state(m, n, "running")


# Two images in one place; around the edges of RAM and of ZVM. What is said, or None: it is taken.
REGIONS = {
    "apart": ("kernel-reg = <0 0x50000000 0 0x1000>; initrd-reg = <0 0x50001000 0 0x1000>;", None),
    # RAM of a VM at its host address, where another definition has its kernel; and right behind that.
    "taken": ('memory-map = "direct"; memory-base = <0 0x50000000>; kernel-reg = <0 0x54000000 0 0x1000>;',
              r"memory-base: 0x50000000 \+ 2 MiB is not all free RAM"),
    "free": ('memory-map = "direct"; memory-base = <0 0x50200000>; kernel-reg = <0 0x54000000 0 0x1000>;', None),
    "same": ("kernel-reg = <0 0x51000000 0 0x2000>; initrd-reg = <0 0x51001fff 0 0x1000>;", "initrd-reg: overlaps kernel-reg"),
    "tree": ("kernel-reg = <0 0x52000000 0 0x2000>; dtb-reg = <0 0x52000000 0 0x1000>;", "dtb-reg: overlaps kernel-reg"),
    "last": ("kernel-reg = <0 0x7ffff000 0 0x1000>;", None),
    "beyond": ("kernel-reg = <0 0x7ffff000 0 0x1001>;", r"kernel-reg: 0x7ffff000 \+ 0x1001 is not in this machine's RAM"),
    "all": ("kernel-reg = <0 0x40000000 0 0x40000000>;", r"kernel-reg: the host uses memory in 0x40000000 \+ 0x40000000"),
    "image": ("kernel-reg = <0 0x40200000 0 0x1000>;", r"kernel-reg: the host uses memory in 0x40200000"),
    "odd": ("kernel-reg = <0 0x53000003 0 0x0ffe>;", None),
    "wraps": ("kernel-reg = <0xffffffff 0xfffff000 0 0x2000>;", r"kernel-reg: 0xfffffffffffff000 \+ 0x2000 is beyond 64 bits"),
}


@pytest.mark.parametrize("by", ["bundle", "devicetree"])
def test_regions(machine, devicetree, tmp_path, by):
    """Kept or refused; the same wherever a definition comes from; what is kept is nobody else's."""
    texts = {name: f'compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; {regs} {UART}'
             for name, (regs, _) in REGIONS.items()}
    if by == "bundle":
        # Whatever multiples of 4 they lie at.
        packed = archive(tmp_path, {f"vms/{name}.dtb": compiled(tmp_path, f"/dts-v1/; / {{ {text} }};")
                                    for name, text in texts.items()})
        m = machine(IMAGE, smp=2, initrd=packed, extra=ONE_THREAD)
    else:
        tree = overlaid(tmp_path, devicetree(smp=2), "\n".join(f"{name} {{ {text} }};" for name, text in texts.items()))
        m = machine(IMAGE, smp=2, extra=[*ONE_THREAD, "-dtb", tree])
    m.wait_prompt()
    for name, (_, line) in REGIONS.items():
        file = f"vms/{name}.dtb: /" if by == "bundle" else f"host devicetree: /zvm/vms/{name}"
        if line:
            bad(m, f"zvm new -t {name}", f"^zvm new: {file}: {line}")
        else:
            good(m, f"zvm new -t {name}", "^vm 0: ")
            good(m, "zvm delete 0")


@pytest.fixture(scope="module")
def with_bundle(tmp_path_factory):
    """A ZVM that has a bundle built in: two definitions, an image by path, one by address."""
    where = tmp_path_factory.mktemp("built-in")
    assemble(where, "idle")
    assemble(where, "echo")
    by_path = definition("idle.bin", more="autostart;")
    (where / "idle.dts").write_text(by_path, encoding="utf-8")
    (where / "echo.dts").write_text(definition("x").replace('kernel = "x";', "kernel-reg = <0 0x41000000 0 0x1000>;"),
                                    encoding="utf-8")
    tool(TOP / "scripts/mkbundle", where / "own.cpio", where / "idle.dts", where / "echo.dts")
    build = BUILD / "built-in"
    for command in (["cmake", "-G", "Ninja", "-S", TOP, "-B", build, f"-DZVM_APP={TOP}/apps/host", "-DZVM_EL=2",
                     f"-DZVM_COMPILER={os.environ.get('COMPILER', 'gcc')}", f"-DZVM_BUNDLE={where}/own.cpio"],
                    ["ninja", "-C", build, "--quiet", "host"]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return build / "host.bin", where


@pytest.mark.xdist_group("built_in")
def test_built_in(machine, with_bundle):
    """Nothing but the image and what a loader leaves in RAM."""
    image, where = with_bundle
    m = machine(image, smp=2, extra=[*ONE_THREAD, *left_at(0x41000000, where / "echo.bin")])
    m.expect_text("vm 0 (idle): started")
    m.type("\r")
    m.wait_prompt()
    good(m, "zvm new -t echo")
    good(m, "zvm run 1")
    m.type("zvm look 1\r")
    m.expect("ready")
    m.type("\x18")
    m.wait_prompt()


@pytest.mark.xdist_group("built_in")
def test_built_in_comes_last(machine, with_bundle, tmp_path):
    """A bundle that is given has its own `idle`; what it does not have is still there."""
    image, _ = with_bundle
    m = machine(image, smp=2, initrd=archive(tmp_path, {"vms/idle.dtb": compiled(tmp_path, definition("none"))}),
                extra=ONE_THREAD)
    m.wait_prompt()
    bad(m, "zvm new -t idle", r"^zvm new: vms/idle.dtb: /: kernel: there is no 'none' in the bundle$")
    bad(m, "zvm new -t gone", "there is no definition 'gone'; there are: idle, echo$")
