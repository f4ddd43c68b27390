# SPDX-License-Identifier: Apache-2.0
"""Images of every kind as the guest finds them: a guest that shows its memory, in the place of each of them."""
import gzip
import re
import struct
import subprocess

import pytest

from test_uboot import stop_autoboot
from zvm_guests import archive, bad, compiled, definition, good
from zvm_machine import BUILD, tool

IMAGE = BUILD / "zvm_host.bin"
UBOOT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"
RAM = 0x40000000
MIB = 1 << 20

# Prints where it is and x0; then, for 16 digits of an address and 4 of a length, what is there.
PEEK = """
    .text
    .global _start
_start:
    b 1f
    .word 0
    .quad {offset}          // header of a Linux Image
    .quad {size}
    .quad 0xa
    .quad 0, 0, 0
    .word 0x644d5241, 0
1:  mov x27, x0
    ldr x20, =0x09000000
    adr x26, _start
    mov x22, x26
    bl word
    mov x22, x27
    bl word
    mov w0, #10
    bl putc
2:  mov x28, #16
    bl number
    mov x26, x24
    mov x28, #4
    bl number
3:  cbz x24, 4f
    ldrb w22, [x26], #1
    mov x23, #4
    bl digits
    sub x24, x24, #1
    b 3b
4:  mov w0, #10
    bl putc
    b 2b
word: // x22
    mov x23, #60
digits:
    mov x21, x30
5:  lsr x0, x22, x23
    and x0, x0, #15
    cmp x0, #10
    add x1, x0, #'0'
    add x2, x0, #('a' - 10)
    csel x0, x1, x2, lo
    bl putc
    subs x23, x23, #4
    b.pl 5b
    mov w0, #' '
    mov x30, x21
putc:
6:  ldr w1, [x20, #0x18]
    tbnz w1, #5, 6b
    str w0, [x20]
    ret
number: // x28 digits to x24
    mov x24, #0
7:  ldr w1, [x20, #0x18]
    tbnz w1, #4, 7b
    ldr w0, [x20]
    and w0, w0, #0xff
    cmp w0, #'a'
    sub w1, w0, #'0'
    sub w2, w0, #('a' - 10)
    csel w0, w1, w2, lo
    orr x24, x0, x24, lsl #4
    subs x28, x28, #1
    b.ne 7b
    ret
    .ltorg
    .balign 8
    .fill 5000, 1, 0x5a
"""


def peek_guest(where, at=RAM, offset=0, size=0x10000):
    """(raw image, ELF)"""
    (where / "peek.S").write_text(PEEK.format(offset=offset, size=size), encoding="utf-8")
    tool("aarch64-linux-gnu-gcc", "-nostdlib", "-static", f"-Wl,-Ttext={at:#x}", "-Wl,--build-id=none", "-o",
         where / "peek.elf", where / "peek.S")
    tool("aarch64-linux-gnu-objcopy", "-O", "binary", where / "peek.elf", where / "peek.bin")
    return (where / "peek.bin").read_bytes(), (where / "peek.elf").read_bytes()


class Peek:
    """The guest of VM 0, attached to."""

    def __init__(self, m):
        self.m = m
        good(m, "zvm new -t a")
        good(m, "zvm run -n 0")
        m.type("zvm look 0\r")
        match = m.expect(r"([0-9a-f]{16}) +([0-9a-f]{16}) *\r*\n")
        self.start, self.x0 = int(match.group(1), 16), int(match.group(2), 16)

    def read(self, address, size):
        """Bytes of its memory."""
        found = b""
        while len(found) < size:
            n = min(512, size - len(found))
            self.m.type(f"{address + len(found):016x}{n:04x}")
            found += bytes.fromhex(self.m.expect(rf"((?:[0-9a-f]{{2}} ?){{{n}}})\r*\n").group(1))
        return found

    def tree(self):
        """Its devicetree, as source."""
        size = struct.unpack(">4xI", self.read(self.x0, 8))[0]
        assert 100 < size < 0x8000
        done = subprocess.run(["dtc", "-I", "dtb", "-O", "dts"], input=self.read(self.x0, size), capture_output=True, check=True)
        assert done.stderr == b""
        return done.stdout.decode()

    def initrd(self):
        """Bytes that the tree says are the initrd."""
        tree = self.tree()
        start, end = (int("".join(re.search(rf"linux,initrd-{which} = <0x(\w+) 0x(\w+)>", tree).groups()[1]), 16)
                      for which in ("start", "end"))
        return self.read(start, end - start)


def start(machine, where, files, source, **options):
    """A machine with a bundle of one definition `a`."""
    packed = archive(where, {"vms/a.dtb": compiled(where, source), **files})
    m = machine(IMAGE, initrd=packed, **options)
    m.wait_prompt()
    return m


def test_raw(machine, tmp_path):
    raw, _ = peek_guest(tmp_path)
    m = start(machine, tmp_path, {"peek": raw, "initrd": b"the initrd"},
              definition("peek", mib=4, vcpus=2, more='initrd = "initrd"; bootargs = "some words";'))
    guest = Peek(m)
    assert guest.start == RAM
    assert guest.read(RAM, len(raw)) == raw
    assert RAM + len(raw) < guest.x0 < RAM + 4 * MIB
    tree = guest.tree()
    assert 'bootargs = "some words";' in tree
    assert "reg = <0x00 0x40000000 0x00 0x400000>;" in tree
    assert len(re.findall(r"\bcpu@\d+ {", tree)) == 2
    assert 'stdout-path = "/uart0@9000000";' in tree
    assert guest.initrd() == b"the initrd"


def test_raw_with_an_address(machine, tmp_path):
    raw, _ = peek_guest(tmp_path)
    guest = Peek(start(machine, tmp_path, {"peek": raw}, definition("peek", mib=16, more="kernel-load = <0 0x40812344>;")))
    assert guest.start == 0x40812344
    assert guest.x0 == RAM
    assert guest.read(guest.start, len(raw)) == raw
    assert guest.read(RAM, 4).hex() == "d00dfeed"


def test_elf(machine, tmp_path):
    raw, elf = peek_guest(tmp_path, at=0x40345000)
    guest = Peek(start(machine, tmp_path, {"peek": elf}, definition("peek", os="zephyr", mib=4)))
    assert guest.start == 0x40345000
    assert guest.read(guest.start, len(raw)) == raw
    assert guest.read(guest.x0, 4).hex() == "d00dfeed"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["Image", "gzip"])
def test_linux_image(machine, tmp_path, pack):
    raw, _ = peek_guest(tmp_path, offset=0x80000)
    guest = Peek(start(machine, tmp_path, {"peek": pack(raw), "initrd": b"i" * 70000},
                       definition("peek", os="linux", mib=4, more='initrd = "initrd";')))
    assert guest.start == RAM + 0x80000
    assert guest.read(guest.start, len(raw)) == raw
    assert guest.initrd() == b"i" * 70000


@pytest.mark.parametrize("by", ["path", "address"])
def test_own_tree(machine, tmp_path, by):
    raw, _ = peek_guest(tmp_path)
    (tmp_path / "own.dts").write_text("""/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>; board = "mine"; memory@0 { device_type = "memory"; reg = <0 0>; }; };""",
                                      encoding="utf-8")
    tool("dtc", "-q", "-o", tmp_path / "own.dtb", tmp_path / "own.dts")
    dtb = {"path": 'dtb = "own.dtb";', "address": "dtb-reg = <0 0x50000000 0 0x10000>;"}[by]
    guest = Peek(start(machine, tmp_path, {"peek": raw, "own.dtb": (tmp_path / "own.dtb").read_bytes(), "initrd": b"mine"},
                       definition("peek", mib=4, more=f'initrd = "initrd"; bootargs = "b"; {dtb}'),
                       extra=["-device", f"loader,file={tmp_path}/own.dtb,addr=0x50000000,force-raw=on"]))
    tree = guest.tree()
    assert 'board = "mine";' in tree
    assert "reg = <0x40000000 0x400000>;" in tree
    assert 'bootargs = "b";' in tree
    assert "pl011" not in tree
    assert guest.initrd() == b"mine"


def test_by_address(machine, tmp_path):
    """In the middle of what the host would take for itself; other VMs are made and deleted around it."""
    raw, _ = peek_guest(tmp_path)
    initrd = bytes(i * 7 & 255 for i in range(5001))
    (tmp_path / "initrd").write_bytes(initrd)
    source = definition("unused", mib=4).replace('kernel = "unused";', f"kernel-reg = <0 0x41000000 0 {len(raw)}>;"
                                                 f" initrd-reg = <0 0x41800123 0 {len(initrd)}>;")
    other = compiled(tmp_path, definition("peek", mib=64))
    m = start(machine, tmp_path, {"peek": raw, "vms/other.dtb": other}, source,
              extra=["-device", f"loader,file={tmp_path}/peek.bin,addr=0x41000000,force-raw=on",
                     "-device", f"loader,file={tmp_path}/initrd,addr=0x41800123,force-raw=on"])
    for n in range(12):
        good(m, "zvm new -t other", f"vm {n}")
    for n in range(12):
        good(m, f"zvm delete -n {n}")
    guest = Peek(m)
    assert guest.read(RAM, len(raw)) == raw
    assert guest.initrd() == initrd


def test_refused(machine, tmp_path):
    raw, _ = peek_guest(tmp_path)
    zipped = gzip.compress(raw, mtime=0)

    def by_address(reg):
        return definition("x", mib=4).replace('kernel = "x";', f"kernel-reg = <{reg}>;")

    sources = {
        "gone": definition("gone"),
        "cut": definition("cut", os="linux", mib=4),
        "text": definition("text", os="linux", mib=4),
        "norom": by_address("0 0x9000000 0 0x1000"),
        "host": by_address("0 0x40200000 0 0x1000"),
        "all": by_address("0 0x40000000 0 0x40000000"),
        "wraps": by_address("0xffffffff 0xffff0000 0 0x20000"),
        "small": definition("peek", mib=2, more="kernel-load = <0 0x401ff000>;"),
        "other": definition("peek", more="size = <1>;"),
    }
    files = {f"vms/{name}.dtb": compiled(tmp_path, source) for name, source in sources.items()}
    files.update({"peek": raw, "cut": zipped[:20], "text": b"a text", "vms/junk.dtb": b"junk"})
    m = machine(IMAGE, initrd=archive(tmp_path, files))
    m.wait_prompt()
    for name, line in {
            "gone": r"vms/gone.dtb: /: kernel: there is no 'gone' in the bundle",
            "cut": r"vms/cut.dtb: /: kernel: cut: its gzip data are damaged or cut off",
            "text": r"vms/text.dtb: /: kernel: text: is neither a Linux Image for arm64, nor that in gzip, nor ELF",
            "norom": r"vms/norom.dtb: /: kernel-reg: 0x9000000 \+ 0x1000 is not in this machine's RAM",
            "host": r"vms/host.dtb: /: kernel-reg: the host uses memory in 0x40200000 \+ 0x1000; leave the image elsewhere",
            "all": r"vms/all.dtb: /: kernel-reg: the host uses memory in 0x40000000 \+ 0x40000000",
            "wraps": r"vms/wraps.dtb: /: kernel-reg: 0xffffffffffff0000 \+ 0x20000 is beyond 64 bits",
            "small": r"vms/small.dtb: /: kernel: peek: 0x[0-9a-f]+ bytes at 0x401ff000 do not fit into RAM of 2 MiB",
            "other": r"vms/other.dtb: /: size: unknown property",
            "junk": r"vms/junk.dtb: not a compiled devicetree; scripts/mkbundle makes one",
    }.items():
        bad(m, f"zvm new -t {name}", line)


def test_damaged_while_unpacking(machine, tmp_path):
    """The checksum is at the end: it is seen when the VM is started, which then has not started."""
    raw, _ = peek_guest(tmp_path, size=0x80000)
    zipped = bytearray(gzip.compress(raw + bytes(range(256)) * 1000, mtime=0))
    zipped[-6] ^= 1
    m = start(machine, tmp_path, {"peek": bytes(zipped)}, definition("peek", os="linux", mib=4))
    good(m, "zvm new -t a")
    bad(m, "zvm run -n 0", r"vms/a.dtb: /: kernel: peek: its gzip data are damaged or cut off")
    good(m, "zvm delete -n 0")


def test_bundle_cut_off(machine, tmp_path):
    raw, _ = peek_guest(tmp_path)
    packed = archive(tmp_path, {"vms/a.dtb": compiled(tmp_path, definition("peek")), "peek": raw})
    data = packed.read_bytes()
    packed.write_bytes(data[:data.index(b"070701", 100) + 300])
    m = machine(IMAGE, initrd=packed)
    assert re.search(r"bundle: offset 0x\w+: the archive ends within this entry; it is truncated", m.wait_prompt())
    bad(m, "zvm new -t a", r"vms/a.dtb: /: kernel: 'peek': the bundle is damaged before it")


def test_no_bundle(machine):
    m = machine(IMAGE)
    assert "bundle: there is no initrd, so there are no VMs to make" in m.wait_prompt()
    bad(m, "zvm new -t linux", "there is no VM definition: start ZVM with a bundle as its initrd")


def test_uboot(machine, tmp_path):
    """Debian's U-Boot for QEMU, as it is, to its prompt."""
    flash = 'devices { flash { compatible = "zvm,unpopulated"; reg = <0 0x04000000 0 0x04000000>; };'
    source = definition("u-boot.bin", mib=256, more="kernel-load = <0 0x40400000>;").replace("devices {", flash)
    with open(UBOOT, "rb") as file:
        m = start(machine, tmp_path, {"u-boot.bin": file.read()}, source)
    good(m, "zvm new -t a")
    good(m, "zvm run -n 0")
    m.type("zvm look 0\r")
    stop_autoboot(m)
    m.type("bdinfo\r")
    m.expect(r"-> size *= 0x0*10000000")
