# SPDX-License-Identifier: Apache-2.0
"""scripts/mkbundle: what it packs, that it packs it the same each time, and each input that it refuses. No QEMU needed."""
import gzip
import lzma
import re
import struct
import subprocess

import pytest

from zvm_machine import TOP

GOOD = """/dts-v1/;
/ {
	compatible = "zvm,vm-v1";
	os = "linux";
	vcpus = <2>;
	memory-mib = <256>;
	kernel = "linux/Image";
	devices {
		uart0 { compatible = "arm,pl011"; };
	};
};
"""


DEVICE = "compatible, reg, irq"
# As much of an arm64 Linux Image as tells what it is.
IMAGE = b"kernel".ljust(56, b".") + b"ARM\x64" + b"kernel" * 100


@pytest.fixture
def where(tmp_path):
    """A directory with a definition and its files."""
    (tmp_path / "linux").mkdir()
    (tmp_path / "linux/Image").write_bytes(IMAGE)
    (tmp_path / "linux/initrd").write_bytes(b"initrd")
    (tmp_path / "linux.dts").write_text(GOOD, encoding="utf-8")
    return tmp_path


def mkbundle(where, *arguments):
    return subprocess.run([TOP / "scripts/mkbundle", *arguments], cwd=where, capture_output=True, text=True, check=False)


def packs(where, *arguments):
    done = mkbundle(where, "out.cpio", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return (where / "out.cpio").read_bytes()


def refuses(where, line, *arguments):
    done = mkbundle(where, "out.cpio", *(arguments or ["linux.dts"]))
    assert done.returncode == 1
    assert done.stderr == f"mkbundle: {line}\n"
    assert not (where / "out.cpio").exists()
    assert not list(where.glob("out.cpio.*"))


def change(where, old, new):
    text = (where / "linux.dts").read_text(encoding="utf-8")
    assert old in text
    (where / "linux.dts").write_text(text.replace(old, new, 1), encoding="utf-8")


def add(where, text):
    change(where, "\tdevices {", f"\t{text}\n\tdevices {{")


def test_contents(where):
    add(where, 'initrd = "linux/initrd";')
    packs(where, "linux.dts", "linux.dts=two")
    unpacked = where / "unpacked"
    unpacked.mkdir()
    done = subprocess.run("cpio -i --quiet < ../out.cpio", shell=True, cwd=unpacked, capture_output=True, check=True)
    assert done.stderr == b""
    names = sorted(str(p.relative_to(unpacked)) for p in unpacked.rglob("*") if p.is_file())
    assert names == ["linux/Image", "linux/initrd", "vms/linux.dtb", "vms/two.dtb"]
    assert (unpacked / "linux/Image").read_bytes() == (where / "linux/Image").read_bytes()
    tree = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", unpacked / "vms/two.dtb"], capture_output=True, text=True,
                          check=True)
    assert 'kernel = "linux/Image";' in tree.stdout


def test_same_each_time(where):
    other = where / "other"
    other.mkdir()
    first = packs(where, "linux.dts", "linux.dts=two")
    (where / "linux/Image").touch()
    assert packs(where, "linux.dts=two", "linux.dts") == first


def test_out_keeps_what_it_was(where):
    (where / "out.cpio").write_bytes(b"before")
    change(where, "vcpus = <2>", "vcpus = <0>")
    assert mkbundle(where, "out.cpio", "linux.dts").returncode == 1
    assert (where / "out.cpio").read_bytes() == b"before"


def test_everything(where):
    (where / "linux/dtb").write_bytes(FIT)
    change(where, 'os = "linux"', 'os = "raw"')
    change(where, 'kernel = "linux/Image"', "kernel-reg = <0 0x50000000 0 0x1000>")
    add(where, 'kernel-load = <0 0x40200000>; initrd-reg = <0 0x51000000 0 1>; dtb = "./linux/dtb"; bootargs = "a b";'
               ' priority = <0>; cpus = <1 2>; wfi = "native"; autostart; #address-cells = <2>; #size-cells = <2>;'
               " smc-allow = <0x82000010 0xc3000001 0xbf00ff01>;")
    change(where, "uart0 {", "#address-cells = <2>; #size-cells = <2>;"
           ' u@9040000 { compatible = "arm,pl011"; reg = <0 0x9040000 0 0x1000>; irq = <40>; };'
           ' h { passthrough = "/serial@1"; reg = <0 0x9050000 0 8>; irq = <41>; shared-pages; no-dma;'
           " clock-frequency = <1843200>; }; uart0 {")
    packs(where, "linux.dts")


def test_direct(where):
    """Where its RAM is only the machine knows, unless it says so."""
    add(where, 'memory-map = "direct";')
    change(where, "uart0 {", 'd { compatible = "zvm,unpopulated"; reg = <0 0x40000000 0 0x1000>; }; uart0 {')
    packs(where, "linux.dts")
    (where / "out.cpio").unlink()
    add(where, "memory-base = <0 0x40000000>;")
    refuses(where, "linux.dts: /devices/d: reg: overlaps RAM at 0x40000000; give it a range of its own")


@pytest.mark.parametrize("new,line", [
    ("vcpu = <2>;", "vcpu: unknown property; did you mean vcpus or cpus?"),
    ("memory-mb = <2>;", "memory-mb: unknown property; did you mean memory-mib or memory-map?"),
    ("colour = <2>;", "colour: unknown property; there are compatible, #address-cells, #size-cells, os, vcpus, memory-mib, "
                      "memory-map, memory-base, kernel, kernel-reg, kernel-load, initrd, initrd-reg, dtb, dtb-reg, bootargs, "
                      "priority, cpus, wfi, autostart, smc-allow"),
    ("device { };", "device: unknown node; did you mean devices?"),
    ("wheels { };", "wheels: unknown node; there are devices"),
    ("kernel-reg = <0 1 0 1>;", "kernel: there is kernel-reg as well; one of the two"),
    ("initrd-reg = <0 1>;", "initrd-reg: must be address and size, two cells each"),
    ("initrd-reg = <0 1 0 0>;", "initrd-reg: the size is 0"),
    ("dtb-reg = <0xffffffff 0xfffff000 0 0x2000>;", "dtb-reg: 0xfffffffffffff000 + 0x2000 is beyond 64 bits"),
    ("initrd-reg = <0 0x50000000 0 0x1001>; dtb-reg = <0 0x50001000 0 1>;", "dtb-reg: overlaps initrd-reg"),
    ("kernel-load = <0 0x40000000>;", "kernel-load: is for raw images, not for linux"),
    ('initrd = "gone";', "initrd: there is no file 'gone'"),
    ('initrd = "linux";', "initrd: there is no file 'linux'"),
    ('initrd = "../x";', "initrd: '../x': must be a path from the definition's directory downwards"),
    ('initrd = "linux/../../x";', "initrd: 'linux/../../x': must be a path from the definition's directory downwards"),
    ('initrd = "/etc/passwd";', "initrd: '/etc/passwd': must be a path from the definition's directory downwards"),
    ('initrd = "";', "initrd: '': must be a path from the definition's directory downwards"),
    ('initrd = "linux//Image";', "initrd: 'linux//Image': must be written as 'linux/Image'"),
    ('initrd = "vms/x";', "initrd: 'vms/x': vms/ in the bundle is for definitions"),
    ('bootargs = "a", "b";', 'bootargs: must be one string, "..."'),
    ("bootargs = <1>;", 'bootargs: must be one string, "..."'),
    ("priority = <(-1)>;", "priority: -1 would be a cooperative priority: must be 0 to 14"),
    ("priority = <15>;", "priority: 15: must be 0 to 14"),
    ('priority = "10";', "priority: must be one number, <n>"),
    ("cpus = <1>;", "cpus: 1 for 2 vCPUs: name one for each"),
    ("cpus;", "cpus: must be a list of numbers, <n n ...>"),
    ("cpus = <0 0 0 0 0 0 0 0 0>;", "cpus: 9 CPUs, at most 8: one per vCPU"),
    ('wfi = "native";', "wfi: native is for pinned vCPUs: say cpus as well"),
    ('wfi = "no";', "wfi: 'no': must be trap or native"),
    ("autostart = <1>;", "autostart: takes no value"),
    ("#size-cells = <1>;", "#size-cells: must be <2>"),
    ("smc-allow;", "smc-allow: must be a list of numbers, <n n ...>"),
    (f"smc-allow = <{'0 ' * 33}>;", "smc-allow: 33 functions, at most 32"),
    ("smc-allow = <0x82000010 0x02000010>;", "smc-allow: 0x2000010: a yielding call; fast ones have bit 31"),
    ("smc-allow = <0x82010010>;", "smc-allow: 0x82010010: bits 16 to 23 must be 0"),
    ("smc-allow = <0x84000003>;",
     "smc-allow: 0x84000003: owner 4 is not for guests; 1 (CPU), 2 (SiP), 3 (OEM), 48 to 63 (trusted) are"),
    ('memory-map = "linear";', "memory-map: 'linear': must be virtual or direct"),
    ("memory-base = <0 0x80000000>;", 'memory-base: is for memory-map = "direct"'),
    ('memory-map = "direct"; memory-base = <0x80000000>;', "memory-base: must be one address, two cells"),
    ('memory-map = "direct"; memory-base = <0 0x80100000>;', "memory-base: 0x80100000: must be a multiple of 2 MiB, and not 0"),
], ids=lambda v: v.split(" ")[0].rstrip(";:") if isinstance(v, str) else "")
def test_wrong_addition(where, new, line):
    add(where, new)
    refuses(where, f"linux.dts: /: {line}")


@pytest.mark.parametrize("old,new,line", [
    ('compatible = "zvm,vm-v1";', "", "compatible: is missing"),
    ("zvm,vm-v1", "zvm,vm-v2", 'compatible: must be "zvm,vm-v1"'),
    ('os = "linux";', "", "os: is missing"),
    ('os = "linux"', 'os = "bsd"', "os: 'bsd': must be linux, zephyr or raw"),
    ("vcpus = <2>", "vcpus = <9>", "vcpus: 9: must be 1 to 8"),
    ("memory-mib = <256>;", "", "memory-mib: is missing"),
    ("<256>", "<3>", "memory-mib: 3: must be a multiple of 2, at least 2"),
    ("<256>", "<0>", "memory-mib: 0: must be a multiple of 2, at least 2"),
    ('kernel = "linux/Image";', "", "kernel: is missing, and so is kernel-reg"),
])
def test_wrong_change(where, old, new, line):
    change(where, old, new)
    refuses(where, f"linux.dts: /: {line}")


@pytest.mark.parametrize("new,line", [
    ("size = <1>; uart0 {", "/devices: size: unknown property; there are #address-cells, #size-cells"),
    ("#address-cells = <1>; uart0 {", "/devices: #address-cells: must be <2>"),
    ("a { }; uart0 {", "/devices/a: compatible: is missing"),
    ("uart0 { interrupts = <1>;", f"/devices/uart0: interrupts: unknown property; there are {DEVICE}"),
    ('uart0 { compatible = "arm,pl031"; sub { }; }; b {', "/devices/uart0: sub: unknown node"),
    ("uart0 { irq = <31>;", "/devices/uart0: irq: 31: must be an INTID from 32 to 287"),
    ("uart0 { irq;", "/devices/uart0: irq: must be one number, <n>"),
    ("uart0 { reg = <1 2>;", "/devices/uart0: reg: must be address and size, two cells each"),
    ("uart0 { reg = <0 0x4ffff000 0 0x1000>;",
     "/devices/uart0: reg: overlaps RAM at 0x40000000; give it a range of its own"),
    ('a { compatible = "zvm,unpopulated"; reg = <0 0x9000000 0 0x1000>; }; uart0 { reg = <0 0x9000f00 0 0x1000>;',
     "/devices/uart0: reg: overlaps /devices/a at 0x9000000; give it a range of its own"),
    ('d { passthrough = "/x"; compatible = "x"; }; uart0 {', "/devices/d: compatible: unknown property; there are passthrough, reg, irq, shared-pages, no-dma, clock-frequency"),
    ("d { passthrough = <1>; }; uart0 {", '/devices/d: passthrough: must be one string, "..."'),
    ('d { passthrough = "/x"; no-dma = <1>; }; uart0 {', "/devices/d: no-dma: takes no value"),
    ('d { passthrough = "/x"; clock-frequency; }; uart0 {', "/devices/d: clock-frequency: must be one number, <n>"),
    ('d { passthrough = "/x"; irq = <288>; }; uart0 {', "/devices/d: irq: 288: must be an INTID from 32 to 287"),
    ('u { compatible = "pl011"; }; uart0 {', "/devices/u: compatible: there is no virtual device 'pl011'; there are arm,pl011, "
                                             "arm,pl031, zvm,unpopulated"),
    ("uart0 { shared-pages;", f"/devices/uart0: shared-pages: unknown property; there are {DEVICE}"),
    (" ".join(f'd{i} {{ compatible = "arm,pl031"; }};' for i in range(16)) + " uart0 {",
     "/devices/uart0: compatible: one device too many, at most 16"),
], ids=lambda v: v.split(":")[0] if v.startswith("/") else "")
def test_wrong_device(where, new, line):
    change(where, "uart0 {", new)
    refuses(where, f"linux.dts: {line}")


def test_kernel_load(where):
    change(where, 'os = "linux"', 'os = "zephyr"')
    add(where, "kernel-load = <0 0x50000000>;")
    refuses(where, "linux.dts: /: kernel-load: 0x50000000: must be a multiple of 4 in guest RAM, 0x40000000 + 0x10000000")


def test_files(where):
    refuses(where, "gone.dts: there is no such file", "gone.dts")
    refuses(where, "linux: there is no such file", "linux")
    (where / "q.dts").write_text("/ { };", encoding="utf-8")
    refuses(where, "q.dts: not the source of a definition, which has /dts-v1/; at its beginning", "q.dts")
    refuses(where, "linux.dts: there is a definition 'linux' already; give this one another name, linux.dts=NAME",
            "linux.dts", "linux.dts")
    refuses(where, "linux.dts=a/b: 'a/b' is no name for a VM: 1 to 31 letters, digits, . _ + -", "linux.dts=a/b")
    refuses(where, "linux.dts=: '' is no name for a VM: 1 to 31 letters, digits, . _ + -", "linux.dts=")
    (where / "linux/Image").write_bytes(b"")
    refuses(where, "linux.dts: /: kernel: 'linux/Image' is empty")


def at(offset, magic, size=4096):
    """Zeros with something in them."""
    return bytes(offset) + magic + bytes(size - offset - len(magic))


def elf(machine=183, kind=2, bits=2):
    return b"\x7fELF" + bytes([bits, 1, 1]) + bytes(9) + struct.pack("<HH", kind, machine) + bytes(100)


GZIP = gzip.compress(IMAGE * 1000, mtime=0)
FIT = b"\xd0\x0d\xfe\xed" + bytes(100)
WANTED = "neither an arm64 Linux Image, nor that in gzip, nor ELF"
NO_ELF = "is not an executable ELF file for AArch64, 64 bits, little-endian"


@pytest.mark.parametrize("content, says", [
    (b"hello", f"is {WANTED}"),
    (bytes(4096), f"is {WANTED}"),
    (IMAGE[:59], f"is {WANTED}"),
    (at(0x202, b"HdrS"), "is a kernel for x86; take one for arm64"),
    (at(0x24, b"\x18\x28\x6f\x01"), "is a kernel for 32-bit Arm; take one for arm64"),
    (at(56, b"RSC\x05"), "is a kernel for RISC-V; take one for arm64"),
    (b"MZ\0\0zimg" + bytes(100), "is an EFI zboot kernel; take arch/arm64/boot/Image of the same build"),
    (b"\x27\x05\x19\x56" + bytes(100), "is an image of U-Boot's mkimage; take the file that it was made of"),
    (FIT, "is a devicetree, or a FIT image of U-Boot's; take the kernel that is in it"),
    (b"070701" + bytes(100), "is a cpio archive; that is an initrd"),
    (lzma.compress(IMAGE), "is compressed with xz; unpack it with xz -d"),
    (b"\x28\xb5\x2f\xfd" + bytes(100), "is compressed with zstd; unpack it with zstd -d"),
    (GZIP[:-9], "is gzip, damaged or cut off"),
    (GZIP[:5], "is gzip, damaged or cut off"),
    (GZIP[:-8] + b"0000" + GZIP[-4:], "is gzip, damaged or cut off"),
    (gzip.compress(b"070701" + bytes(9999)), "is gzip, but not of an arm64 Linux Image"),
    (elf(machine=62), NO_ELF), (elf(bits=1), NO_ELF), (elf(kind=1), NO_ELF),
    (b"\x7fELF", "is cut off within its ELF header"),
])
def test_kernel_of_another_kind(where, content, says):
    (where / "linux/Image").write_bytes(content)
    refuses(where, f"linux.dts: /: kernel: 'linux/Image' {says}")


@pytest.mark.parametrize("content", [GZIP, GZIP + b"behind it", elf(), elf(kind=3), IMAGE])
def test_kernel(where, content):
    (where / "linux/Image").write_bytes(content)
    packs(where, "linux.dts")


@pytest.mark.parametrize("os", ["zephyr", "raw"])
def test_raw_kernel(where, os):
    change(where, '"linux";', f'"{os}";')
    for content in (b"x", bytes(4096), IMAGE, elf()):
        (where / "linux/Image").write_bytes(content)
        packs(where, "linux.dts")
    (where / "out.cpio").unlink()
    for content, says in ((GZIP, "is compressed with gzip, which is for os linux; unpack it with gzip -d"),
                          (FIT, "is a devicetree, or a FIT image of U-Boot's; take the kernel that is in it"),
                          (at(0x202, b"HdrS"), "is a kernel for x86; take one for arm64"), (elf(machine=40), NO_ELF)):
        (where / "linux/Image").write_bytes(content)
        refuses(where, f"linux.dts: /: kernel: 'linux/Image' {says}")


def test_initrd_and_devicetree_of_another_kind(where):
    add(where, 'initrd = "linux/initrd"; dtb = "linux/dtb";')
    (where / "linux/dtb").write_bytes(FIT)
    for content in (b"070701", GZIP, b"\x28\xb5\x2f\xfd", lzma.compress(b"070701"), bytes(2048)):
        (where / "linux/initrd").write_bytes(content)
        packs(where, "linux.dts")
    (where / "out.cpio").unlink()
    program = "is a program, no initrd; a cpio archive is one, packed or not"
    for content, says in ((IMAGE, program), (elf(), program), (GZIP[:-1], "is gzip, damaged or cut off"),
                          (FIT, "is a devicetree, or a FIT image of U-Boot's; a cpio archive is wanted, packed or not")):
        (where / "linux/initrd").write_bytes(content)
        refuses(where, f"linux.dts: /: initrd: 'linux/initrd' {says}")
    (where / "linux/initrd").write_bytes(b"070701")
    for content, says in ((b"/* of a board */\n/dts-v1/;\n/ { };\n", "is a devicetree's source; compile it with dtc"),
                          (IMAGE, "is no devicetree as dtc makes it")):
        (where / "linux/dtb").write_bytes(content)
        refuses(where, f"linux.dts: /: dtb: 'linux/dtb' {says}")


def test_one_path_two_files(where):
    other = where / "other"
    (other / "linux").mkdir(parents=True)
    (other / "linux/Image").write_bytes(IMAGE + b"another")
    (other / "second.dts").write_text(GOOD, encoding="utf-8")
    refuses(where, "other/second.dts: 'linux/Image' is other/linux/Image here and linux/Image in another definition; "
                   "put one into a directory of its own", "linux.dts", "other/second.dts")


def test_file_and_directory(where):
    other = where / "other"
    other.mkdir()
    (other / "linux").write_bytes(IMAGE)
    (other / "second.dts").write_text(GOOD.replace("linux/Image", "linux"), encoding="utf-8")
    refuses(where, "'linux' is a file in one definition and a directory in another", "linux.dts", "other/second.dts")


def test_dtc_is_forwarded(where):
    change(where, "vcpus = <2>;", "vcpus = <2>")
    refuses(where, "linux.dts:6: syntax error")
    (where / "linux.dts").write_text(GOOD.replace("<2>", "<&nobody>"), encoding="utf-8")
    done = mkbundle(where, "out.cpio", "linux.dts")
    assert done.returncode == 1
    assert re.fullmatch(r"mkbundle: linux\.dts.*nobody.*\n", done.stderr)


def test_usage(where):
    for arguments in ([], ["out.cpio"], ["--help"], ["linux.dts", "linux.dts"]):
        done = mkbundle(where, *arguments)
        assert done.returncode == 2
        assert done.stderr and done.stdout == ""
    assert (where / "linux.dts").read_text(encoding="utf-8") == GOOD
    done = mkbundle(where, "no/such/dir/out.cpio", "linux.dts")
    assert done.returncode == 1 and done.stderr.count("\n") == 1


def test_in_step_with_zvm(monkeypatch):
    """The names and the ranges are those of hyp/vmdef.c."""
    source = (TOP / "hyp/vmdef.c").read_text(encoding="utf-8")
    devices = (TOP / "hyp/vmdef_devices.c").read_text(encoding="utf-8")
    internal = (TOP / "hyp/vmdef_internal.h").read_text(encoding="utf-8")
    header = (TOP / "hyp/vmdef.h").read_text(encoding="utf-8")
    layout = (TOP / "hyp/guest_layout.h").read_text(encoding="utf-8")
    script = {"__name__": "mkbundle"}
    monkeypatch.syspath_prepend(TOP / "scripts")
    exec(compile((TOP / "scripts/mkbundle").read_text(encoding="utf-8"), "mkbundle", "exec"), script)  # pylint: disable=exec-used

    def number(text, name):
        return int(re.search(rf"#define {name}\s+(?:UINT64_C\()?(\w+?)U?\b", text).group(1), 0)

    rows = re.search(r"properties\[\] = \{(.*?)\n\};", source, re.S).group(1)
    assert re.findall(r'\{"([^"]+)"', rows) == list(script["PROPERTIES"])
    assert re.findall(r'"([^"]+)"', re.search(r"required\[\] = \{(.*?)\};", source).group(1)) == script["REQUIRED"]
    for table, ours in (("virtual_names", "DEVICE_PROPERTIES"), ("host_names", "HOST_DEVICE_PROPERTIES")):
        names = re.search(rf"{table}\[\] = \{{(.*?)\}};", devices, re.S).group(1)
        assert re.findall(r'"([^"]+)"', names) == script[ours]
    virtual = [m for path in (TOP / "vdev").glob("*.c") for m in re.findall(r'\.compatible = "(.*?)"', path.read_text())]
    assert sorted(virtual) == script["VIRTUAL_DEVICES"]
    for name in ("MEMORY_MIB_MIN", "MEMORY_MIB_ALIGN", "BOOTARGS_MAX"):
        assert script[name] == number(source, name), name
    for name in ("SPI_FIRST", "SPI_LAST"):
        assert script[name] == number(internal, f"VMDEF_{name}"), name
    assert script["VCPUS_MAX"] == number(header, "VM_VCPUS_MAX")
    assert script["DEVICES_MAX"] == number(header, "VM_DEVICES_MAX")
    assert script["NAME_MAX"] == number(header, "VM_NAME_MAX") - 1
    assert script["RAM_BASE"] == number(layout, "GUEST_RAM_BASE")


def test_largest_definition(where):
    """More than ZVM takes."""
    source = (TOP / "hyp/bundle_internal.h").read_text(encoding="utf-8")
    most = int(re.search(r"#define DEFINITION_MAX (\d+)U", source).group(1))
    add(where, f'dtb = "{"x" * most}";')
    refuses(where, f"linux.dts: larger than {most} bytes, compiled")


def test_most_functions():
    """As many as ZVM takes."""
    source = (TOP / "hyp/vmdef.h").read_text(encoding="utf-8")
    script = (TOP / "scripts/mkbundle").read_text(encoding="utf-8")
    most = re.search(r"#define VM_SMC_MAX +(\d+)U", source).group(1)
    assert re.search(r"(?m)^SMC_MAX = (\d+)$", script).group(1) == most
