# SPDX-License-Identifier: Apache-2.0
"""The interrupt controller's less common shapes, and what is said about those that cannot be used."""
import re

import boot_stub
from boot_stub import DTB
from zvm_machine import BUILD

IMAGE = BUILD / "zvm_host.bin"


def boot(machine, tmp_path, blob, **options):
    args = boot_stub.loader_args(tmp_path, IMAGE, DTB, 0x50000000, [(blob, DTB)])
    args += ["-d", "guest_errors,unimp", "-D", str(tmp_path / "guest_errors")]
    return machine(None, command=boot_stub.command(args, **options))


def test_second_redistributor_region(machine, tmp_path, devicetree):
    """`virt` has room for 123 redistributors in its first region: the 124th CPU's is in the second."""
    def only_first_and_last(source):
        return re.sub(r"(cpu@([0-9]+) \{)", lambda m: m[1] if m[2] in ("0", "123") else m[1] + ' status = "fail";',
                      source)

    blob = devicetree(smp=124, edit=only_first_and_last)
    m = boot(machine, tmp_path, blob, smp=124)
    m.wait_prompt()
    assert re.search(r"\b1\s+0*70b\b", m.run("kernel cpus"))
    assert (tmp_path / "guest_errors").read_text() == ""


def test_cpu_without_redistributor(machine, tmp_path, devicetree):
    """Only the boot CPU's frame is in the devicetree: the other stays off, and that is one line."""
    blob = devicetree(smp=2, edit=lambda s: re.sub(
        r"(intc@8000000 \{.*?reg = <)[^>]*>", r"\1 0x0 0x8000000 0x0 0x10000 0x0 0x80a0000 0x0 0x20000>", s, flags=re.S))
    m = boot(machine, tmp_path, blob, smp=2)
    m.expect(r"CPU 1 [^\n]*redistributor[^\n]*\n")
    m.wait_prompt()


def test_gicv2(machine):
    m = machine(IMAGE, gic=2)
    m.expect(r"needs a GICv3: devicetree has arm,cortex-a15-gic at intc@8000000; with QEMU use -M virt,gic-version=3")
    m.quiet(2)


def test_not_really_a_gicv3(machine, tmp_path, devicetree):
    """The devicetree says GICv3, and there is flash memory."""
    blob = devicetree(edit=lambda s: re.sub(
        r"(intc@8000000 \{.*?reg = <)[^>]*>", r"\1 0x0 0x4000000 0x0 0x10000 0x0 0x80a0000 0x0 0x20000>", s, flags=re.S))
    m = boot(machine, tmp_path, blob)
    m.expect(r"there is no GICv3 at 0x4000000")


def test_redistributor_region_count(machine, tmp_path, devicetree):
    blob = devicetree(edit=lambda s: s.replace("#redistributor-regions = <0x01>", "#redistributor-regions = <0x03>"))
    m = boot(machine, tmp_path, blob)
    m.expect(r"no redistributor region 2 of 3")
