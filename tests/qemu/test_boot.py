# SPDX-License-Identifier: Apache-2.0
"""Boot: every way in that is promised, and one clear line where there is no way in."""
import re

import pytest

import boot_stub
from zvm_machine import BUILD

ELF = BUILD / "zvm_host.elf"
IMAGE = BUILD / "zvm_host.bin"


def online_cpus(m):
    """How many CPUs `kernel cpus` says are online."""
    return len(re.findall(r"\bonline\b", m.run("kernel cpus")))


@pytest.mark.parametrize("mem", ["256M", "2G", "8G"])
@pytest.mark.parametrize("smp", [1, 2, 4, 8])
@pytest.mark.parametrize("cpu", ["max", "cortex-a76", "neoverse-n1"])
@pytest.mark.parametrize("image", [ELF, IMAGE], ids=["elf", "image"])
def test_matrix(machine, image, cpu, smp, mem):
    m = machine(image, cpu=cpu, smp=smp, mem=mem)
    m.wait_prompt()
    assert online_cpus(m) == smp


def test_boot_time_is_printed(machine):
    m = machine(IMAGE)
    text = m.wait_prompt()
    assert re.search(r"\d+(\.\d+)? ?(us|ms)\b", text), text


@pytest.mark.parametrize("image", [ELF, IMAGE], ids=["elf", "image"])
@pytest.mark.parametrize("el,cpu,gic,says", [
    (1, "max", 3, r"EL1.*EL2"),
    (1, "cortex-a72", 3, r"EL1.*EL2"),
    (2, "cortex-a57", 3, r"VHE"),
    (2, "cortex-a72", 3, r"VHE"),
    (2, "max", 2, r"GIC"),
], ids=["el1", "el1-a72", "a57", "a72", "gicv2"])
def test_says_what_is_missing_and_stops(machine, image, el, cpu, gic, says):
    m = machine(image, el=el, cpu=cpu, gic=gic, smp=2)
    m.prompt = "zvm_host:~# "
    m.expect(rf"[^\n]*{says}[^\n]*\n")
    m.quiet(2, forbidden=rf"{says}|zvm_host:~#")


@pytest.mark.parametrize("el", [1, 2])
def test_el1_image_needs_atomics(machine, el):
    """An ARMv8.0 core has no LSE atomics: an EL1 image says so instead of faulting in its first lock."""
    m = machine(BUILD / "rtos.bin", el=el, cpu="cortex-a57", smp=2)
    m.expect(r"[^\n]*LSE[^\n]*\n")
    m.quiet(2, forbidden=r"LSE|rtos:~#")


# The Image asks for 2 MiB alignment and nothing else.
@pytest.mark.parametrize("load", [0x40200000, 0x42000000, 0x4FE00000, 0x77E00000, 0x7FC00000])
def test_any_load_address(machine, tmp_path, devicetree, load):
    args = boot_stub.loader_args(tmp_path, IMAGE, boot_stub.DTB, load, [(devicetree(smp=4), boot_stub.DTB)])
    m = machine(None, command=boot_stub.command(args, smp=4))
    m.wait_prompt()
    assert online_cpus(m) == 4


def test_devicetree_left_by_qemu(machine, tmp_path):
    """QEMU leaves its devicetree at the start of RAM; x0 names it, as firmware would."""
    m = machine(None, command=boot_stub.command(boot_stub.loader_args(tmp_path, IMAGE, 0x40000000)))
    m.wait_prompt()


def test_image_header():
    """The fields that boot loaders read (Linux Documentation/arch/arm64/booting.rst)."""
    head = IMAGE.read_bytes()[:64]
    assert head[0x38:0x3C] == b"ARM\x64"
    size = int.from_bytes(head[0x10:0x18], "little")
    flags = int.from_bytes(head[0x18:0x20], "little")
    assert size >= IMAGE.stat().st_size
    assert flags & 1 == 0, "little endian"
    assert flags & 8, "may be placed anywhere in RAM"
    assert int.from_bytes(head[0x08:0x10], "little") == 0, "text_offset"


def test_all_memory_is_found(machine, tmp_path, devicetree):
    """Several banks, a /memreserve/ and a /reserved-memory node: it boots, and on all CPUs."""
    def edit(source):
        source = re.sub(r"reg = <0x00 0x40000000 0x00 0x40000000>;",
                        "reg = <0x00 0x40000000 0x00 0x20000000 0x00 0x68000000 0x00 0x18000000>;", source)
        source = source.replace("/dts-v1/;", "/dts-v1/;\n/memreserve/ 0x44000000 0x200000;", 1)
        return source.replace("\tchosen {", """
            reserved-memory {
                #address-cells = <2>;
                #size-cells = <2>;
                ranges;
                secure@48000000 { reg = <0 0x48000000 0 0x1000000>; no-map; };
            };
            chosen {""", 1)

    blob = devicetree(smp=2, edit=edit)
    args = boot_stub.loader_args(tmp_path, IMAGE, boot_stub.DTB, blobs=[(blob, boot_stub.DTB)])
    m = machine(None, command=boot_stub.command(args, smp=2))
    m.wait_prompt()
    assert online_cpus(m) == 2


def test_poweroff_and_reboot(machine):
    m = machine(IMAGE, smp=4)
    m.wait_prompt()
    m.type("reboot\r")
    m.wait_prompt()
    m.type("poweroff\r")
    m.wait_exit()
