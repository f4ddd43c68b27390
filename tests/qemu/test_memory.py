# SPDX-License-Identifier: Apache-2.0
"""Memory of the devicetree: what is found, what is left out, and images and devicetrees above 4 GiB."""
import re

import pytest

import boot_stub
from zvm_machine import BUILD

IMAGE = BUILD / "zvm_host.bin"

# 8 GiB of `virt`'s RAM; nothing below 4 GiB is named in the devicetree.
HIGH_IMAGE = 0x110000000
HIGH_DTB = 0x100300000


def boot(machine, tmp_path, devicetree, regs, more=None):
    """Boots with these memory banks [(base, size)]; returns the machine and what came before the prompt."""
    cells = " ".join(f"{v >> 32:#x} {v & 0xFFFFFFFF:#x}" for bank in regs for v in bank)

    def edit(source):
        source = re.sub(r"reg = <0x00 0x40000000 0x00 0x40000000>;", f"reg = <{cells}>;", source)
        return more(source) if more else source

    blob = devicetree(smp=2, edit=edit)
    args = boot_stub.loader_args(tmp_path, IMAGE, HIGH_DTB, HIGH_IMAGE, [(blob, HIGH_DTB)])
    m = machine(None, command=boot_stub.command(args, smp=2, mem="8G"))
    return m, m.wait_prompt()


def figures(m):
    """The numbers of `kernel memory`, in KiB."""
    return [int(n) for n in re.findall(r"(\d+) KiB", m.run("kernel memory"))]


def test_all_memory_above_4_gib(machine, tmp_path, devicetree):
    m, _ = boot(machine, tmp_path, devicetree, [(0x100000000, 0x40000000)])
    assert figures(m)[0] == 0x40000000 >> 10


def test_odd_banks(machine, tmp_path, devicetree):
    """Banks that begin and end at pages, not at blocks."""
    banks = [(0x100200000, 0x3001000), (0x110000000, 0x1234000), (0x120003000, 0x10001000), (0x138000000, 0x800000),
             (0x13A001000, 0x123000)]
    m, _ = boot(machine, tmp_path, devicetree, banks)
    total, reserved, image, heap, free, largest = figures(m)
    assert total == sum(size for _, size in banks) >> 10
    assert free + heap + image + reserved == pytest.approx(total, abs=64)
    assert largest == pytest.approx(0x10001000 >> 10, abs=2048)


def test_banks_that_can_not_be(machine, tmp_path, devicetree):
    """Beyond the address bits, or wrapping: a line each, and on."""
    m, said = boot(machine, tmp_path, devicetree, [(0x100000000, 0x40000000), (0x1000000000000, 0x100000000),
                                                   (0xFFFFFFFFF0000000, 0x100000000)])
    assert re.search(r"0x1000000000000.*beyond the 48 address bits", said)
    assert re.search(r"memory@40000000: reg:.*ignored", said)
    assert figures(m)[0] == 0x40000000 >> 10


def test_reservations(machine, tmp_path, devicetree):
    """Reserved memory is not free; overlapping and empty reservations do not count twice."""
    def more(source):
        source = source.replace("/dts-v1/;", "/dts-v1/;\n/memreserve/ 0x120000000 0x200000;"
                                             "\n/memreserve/ 0x120100000 0x200000;", 1)
        return source.replace("\tchosen {", """\treserved-memory {
            #address-cells = <2>;
            #size-cells = <2>;
            ranges;
            secure@128000000 { reg = <1 0x28000000 0 0x1000000>; no-map; };
            empty@129000000 { reg = <1 0x29000000 0 0>; };
            outside@0 { reg = <0 0 0 0x1000000>; };
        };
        chosen {""", 1)

    m, _ = boot(machine, tmp_path, devicetree, [(0x100000000, 0x40000000)], more)
    total, reserved, *_ = figures(m)
    assert total == 0x40000000 >> 10
    assert reserved == pytest.approx((0x300000 + 0x1000000) >> 10, abs=64)


def test_initrd_is_kept(machine, tmp_path):
    initrd = tmp_path / "initrd"
    initrd.write_bytes(bytes(10 << 20))
    m = machine(IMAGE, mem="256M", initrd=initrd)
    said = m.wait_prompt()
    assert "initrd" not in said
    assert figures(m)[1] == pytest.approx(10 << 10, abs=1100)
