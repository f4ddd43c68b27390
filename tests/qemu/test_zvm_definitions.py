# SPDX-License-Identifier: Apache-2.0
"""Wrong definitions and wrong images: `zvm new` says in one line which file, node and property, and leaves nothing behind."""
import gzip
import random
import struct

import pytest

from zvm_guests import ONE_THREAD, archive, assemble, bad, compiled, definition, good, resources
from zvm_machine import BUILD, Machine

pytestmark = pytest.mark.xdist_group("zvm_definitions")

MIB = 1 << 20


def linux_image(size, claims=None, magic=0x644D5241):
    """Something with the header of a Linux Image that says it needs so much."""
    head = struct.pack("<IIQQQQQQII", 0x14000000, 0, 0, size if claims is None else claims, 0xA, 0, 0, 0, magic, 0)
    return head + bytes(size - len(head))


def elf(where):
    """A good ELF file, as bytes."""
    assemble(where, "idle")
    return (where / "idle.elf").read_bytes()


def files(where):
    """Images of all kinds, good ones and broken ones."""
    good_elf = elf(where)
    return {
        "idle.bin": (where / "idle.bin").read_bytes(),
        "empty": b"",
        "huge": linux_image(4096, claims=1 << 40),
        "wrong.magic": linux_image(4096, magic=0),
        "short": linux_image(4096)[:48],
        "cut.gz": gzip.compress(linux_image(4096, claims=100000) + random.Random(1).randbytes(96000))[:50000],
        "short.gz": gzip.compress(linux_image(100000))[:8],
        "not.gz": b"\x1f\x8b" + bytes(range(200)),
        "cut.elf": good_elf[:100],
        "arm.elf": good_elf[:18] + b"\x28\x00" + good_elf[20:],
        "big.bin": bytes(3 * MIB),
        "big.initrd": bytes(16 * MIB),
        "linux": linux_image(65536),
        "no.dtb": b"not a devicetree, but long enough to be looked at as one, as far as its header goes",
    }


def lines(**changes):
    """A definition's source with lines replaced or added; None takes one out."""
    entries = {"compatible": '"zvm,vm-v1"', "os": '"raw"', "vcpus": "<1>", "memory-mib": "<2>", "kernel": '"idle.bin"'}
    devices = changes.pop("devices", 'uart0 { compatible = "arm,pl011"; };')
    extra = changes.pop("extra", "")
    for name, value in changes.items():
        entries[name.replace("_", "-")] = value
    text = "\n".join(f"\t{n} = {v};" if v else f"\t{n};" for n, v in entries.items() if v is not None)
    return f"/dts-v1/;\n/ {{\n{text}\n\t{extra}\n\tdevices {{ {devices} }};\n}};\n"


TWO = 'a { compatible = "arm,pl011"; }; b { compatible = "arm,pl011"; %s };'
# What is wrong, and what the line must name.
WRONG = {
    "unknown": (lines(colour='"red"'), "/: colour: unknown property"),
    "noos": (lines(os=None), "/: os: is missing"),
    "nomem": (lines(memory_mib=None), "/: memory-mib: is missing"),
    "nokernel": (lines(kernel=None), "/: kernel: is missing"),
    "bados": (lines(os='"windows"'), "/: os: 'windows': must be linux, zephyr or raw"),
    "ostype": (lines(os="<1>"), "/: os: "),
    "vcpus0": (lines(vcpus="<0>"), "/: vcpus: 0: must be 1 to 8"),
    "vcpus9": (lines(vcpus="<9>"), "/: vcpus: 9: must be 1 to 8"),
    "vcpustype": (lines(vcpus='"twelve"'), "/: vcpus: must be one number"),
    "vcpustwo": (lines(vcpus="<1 2>"), "/: vcpus: must be one number"),
    "mem0": (lines(memory_mib="<0>"), "/: memory-mib: 0: "),
    "memodd": (lines(memory_mib="<3>"), "/: memory-mib: 3: "),
    "membig": (lines(memory_mib="<0xffffffff>"), "/: memory-mib: "),
    "memmore": (lines(memory_mib="<65536>"), "not enough memory: memmore needs 65536 MiB in one piece"),
    "compat": (lines(compatible='"zvm,vm-v9"'), "/: compatible: must be"),
    "nofile": (lines(kernel='"there/is/none"'), "/: kernel: there is no 'there/is/none' in the bundle"),
    "emptyfile": (lines(kernel='"empty"'), "/: kernel: 'empty' is empty"),
    "noinitrd": (lines(initrd='"none"'), "/: initrd: there is no 'none' in the bundle"),
    "coop": (lines(priority="<0xffffffff>"), "/: priority: -1 would be a cooperative priority"),
    "prio15": (lines(priority="<15>"), "/: priority: 15: must be 0 to 14"),
    "cpus": (lines(cpus="<99>"), "/: cpus: 99: this machine's CPUs are 0 to "),
    "cpusfew": (lines(cpus="<1>", vcpus="<2>"), "/: cpus: 1 for 2 vCPUs"),
    "native": (lines(wfi='"native"'), "/: wfi: native is for pinned vCPUs"),
    "wfi": (lines(wfi='"maybe"'), "/: wfi: 'maybe': must be trap or native"),
    "autostart": (lines(autostart='"yes"'), "/: autostart: takes no value"),
    "node": (lines(extra="wheels { };"), "/: wheels: unknown node"),
    "device": (lines(devices='x { compatible = "acme,robot"; };'),
               "/devices/x: compatible: there is no virtual device 'acme,robot'"),
    "nocompat": (lines(devices="x { };"), "/devices/x: compatible: is missing"),
    "devprop": (lines(devices='x { compatible = "arm,pl011"; colour = "red"; };'), "/devices/x: colour: unknown property"),
    "overlap": (lines(devices=TWO % ""), "/devices/b: reg: overlaps /devices/a at 0x"),
    "inram": (lines(devices='a { compatible = "arm,pl011"; reg = <0 0x40000000 0 0x1000>; };'), "/devices/a: reg: overlaps "),
    "ongic": (lines(devices='a { compatible = "arm,pl011"; reg = <0 0x08000000 0 0x1000>; };'), "/devices/a: reg: overlaps "),
    "wrapping": (lines(devices='a { compatible = "arm,pl011"; reg = <0xffffffff 0xfffff000 0 0x2000>; };'), "/devices/a: reg: "),
    "irqtwice": (lines(devices=TWO % "reg = <0 0x09100000 0 0x1000>;"), "/devices/b: irq: 33 is /devices/a's"),
    "irqprivate": (lines(devices='a { compatible = "arm,pl011"; irq = <20>; };'), "/devices/a: irq: 20: must be an INTID from 32"),
    "twokernels": (lines(kernel_reg="<0 0x40000000 0 0x1000>"), "/: kernel"),
    "regnoram": (lines(kernel=None, kernel_reg="<0xff 0 0 0x1000>"), "/: kernel-reg: .* is not in this machine's RAM"),
    "regused": (lines(kernel=None, kernel_reg="<0 0x40200000 0 0x1000>"), "/: kernel-reg: the host uses memory in"),
    "regempty": (lines(kernel=None, kernel_reg="<0 0x40000000 0 0>"), "/: kernel-reg: the size is 0"),
    "regwraps": (lines(kernel=None, kernel_reg="<0xffffffff 0xfffff000 0 0x2000>"), "/: kernel-reg: .* is beyond 64 bits"),
    "loadlow": (lines(kernel_load="<0 0x1000>"), "kernel"),
    "loadhigh": (lines(kernel_load="<0 0x401ff000>", kernel='"big.bin"'), "kernel"),
    "rawbig": (lines(kernel='"big.bin"'), "kernel: "),
    "imghuge": (lines(os='"linux"', kernel='"huge"', memory_mib="<64>"), "kernel: "),
    "imgshort": (lines(os='"linux"', kernel='"short"', memory_mib="<64>"), "kernel: "),
    "imgmagic": (lines(os='"linux"', kernel='"wrong.magic"', memory_mib="<64>"), "kernel: "),
    "gzshort": (lines(os='"linux"', kernel='"short.gz"', memory_mib="<64>"), "kernel: "),
    "gznot": (lines(os='"linux"', kernel='"not.gz"', memory_mib="<64>"), "kernel: "),
    "elfcut": (lines(kernel='"cut.elf"'), "kernel: "),
    "elfarm": (lines(kernel='"arm.elf"'), "kernel: "),
    "initrdbig": (lines(os='"linux"', kernel='"linux"', initrd='"big.initrd"', memory_mib="<8>"), "initrd"),
    "dtbnot": (lines(os='"linux"', kernel='"linux"', dtb='"no.dtb"', memory_mib="<64>"), "dtb"),
}


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A machine with a bundle of wrong definitions, and a good one."""
    where = tmp_path_factory.mktemp("bundle")
    content = {f"vms/{name}.dtb": compiled(where, source) for name, (source, _) in WRONG.items()}
    content["vms/nofdt.dtb"] = b"nonsense that is long enough to have the size of a header of a devicetree, and more"
    content["vms/cut.dtb"] = compiled(where, lines())[:100]
    content["vms/good.dtb"] = compiled(where, definition("idle.bin"))
    content.update(files(where))
    with Machine(BUILD / "zvm_host.bin", name="test_zvm_definitions.host", smp=2, initrd=archive(where, content),
                 extra=ONE_THREAD) as m:
        # One of them says autostart. Until that has failed it holds memory, and the prompt does not wait for it.
        if "autostart of autostart: " not in m.wait_prompt():
            m.expect(r"autostart of autostart: [^\n]*\n")
        yield m


@pytest.mark.parametrize("name", WRONG)
def test_wrong(host, name):
    """Nothing is taken, and the next one is made as if nothing had been."""
    before = resources(host)
    says = WRONG[name][1]
    bad(host, f"zvm new -t {name}", f"^zvm new: (vms/{name}\\.dtb: .*)?{says}")
    assert resources(host) == before
    good(host, "zvm new -t good", "^vm 0: good, 1 vCPU, 2 MiB, ready$")
    good(host, "zvm delete 0")
    assert resources(host) == before


@pytest.mark.parametrize("name", ["nofdt", "cut"])
def test_not_a_definition(host, name):
    bad(host, f"zvm new -t {name}", f"^zvm new: vms/{name}\\.dtb: ")


def test_image_that_ends_too_soon(tmp_path, machine):
    """A gzip file whose rest is missing is found out when it is loaded: the VM is as it was before `run`."""
    assemble(tmp_path, "idle")
    content = {"vms/cut.dtb": compiled(tmp_path, lines(os='"linux"', kernel='"cut.gz"', memory_mib="<64>")), **files(tmp_path)}
    m = machine(BUILD / "zvm_host.bin", smp=2, initrd=archive(tmp_path, content), extra=ONE_THREAD)
    m.wait_prompt()
    good(m, "zvm new -t cut")
    before = resources(m)
    for verb in ("run", "run"):
        bad(m, f"zvm {verb} 0", f"^zvm {verb}: vms/cut\\.dtb: .*kernel: ")
        assert "ready" in good(m, "zvm info")
    assert resources(m) == before
