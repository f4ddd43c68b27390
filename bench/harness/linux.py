# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux, the same one on the bare machine (EL1, no hypervisor) and in a VM.

Kernel, initramfs, devicetree and command line are the same files in both. What the CPU is matters: ZVM's guests see less
of it than is there (docs/guest-machine.md), and Linux would save SVE registers or sign pointers on the bare machine only.
So the CPU model is one whose features are all passed on, and the devicetree says what a VM has and no more.

    guest = linux.Guest("6.1-rt", vcpus=2, main="cyclictest ...")
    image = linux.Image(build, where, guest)        # builds what both need, in a directory of its own
    lines = image.run_bare()
    lines = image.run_vm()

The console of both has what /bench/main prints. bench/linux/init.c prints "BENCH init TICKS" first: the counter at the
first instruction of the first process. The counter is zero at reset, in a VM at the guest's first instruction, and runs
at 1 GHz, so a tick is an instruction.
"""
import dataclasses
import gzip
import os
import pathlib
import stat
import subprocess
import sys

from . import bundles
from .machine import TOP, BenchError, Machine

SOURCES = TOP / "bench/linux"
# Has VHE, and everything that Linux finds in it at EL1 a guest finds as well (features() tells what not).
CPU = "cortex-a76"
HOST = "bench_host"
# As hyp/exit.c names them.
REASONS = ["irq", "wfx", "hvc", "smc", "sysreg", "mmio", "abort", "fp", "other"]
END, HOST_END = "BENCH END", "HOST END"
# Nothing random: not addresses, not the stack's offset per system call.
APPEND = "console=ttyAMA0 quiet nokaslr norandmaps randomize_kstack_offset=off rdinit=/init"

VM = """/dts-v1/;
/ {{
	compatible = "zvm,vm-v1";
	os = "linux";
	vcpus = <{vcpus}>;
	memory-mib = <{memory}>;
	kernel = "Image";
	initrd = "initrd.cpio.gz";
	{dtb}
	bootargs = "{append}";
	{cpus}
	wfi = "{wfi}";
	devices {{
		uart0 {{ compatible = "arm,pl011"; }};
		rtc0 {{ compatible = "arm,pl031"; }};
	}};
}};
"""


@dataclasses.dataclass
class Guest:
    """A Linux and what it does: `main` is a shell script; `files` are {path in the initramfs: bytes, or path of a file}, and
    can be executed. `programs`: with cyclictest and stress-ng, else busybox is all there is."""
    kernel: str = "default"
    vcpus: int = 1
    memory: int = 256
    main: str = ""
    files: dict = dataclasses.field(default_factory=dict)
    programs: bool = True
    append: str = ""


def _scripts(build):
    """The modules of scripts/ that know Debian's packages; they take the build directory from the environment."""
    os.environ["BUILD"] = str(pathlib.Path(build).resolve())
    if str(TOP / "scripts") not in sys.path:
        sys.path.append(str(TOP / "scripts"))
    import debs         # pylint: disable=import-outside-toplevel
    import initramfs    # pylint: disable=import-outside-toplevel
    return debs, initramfs


def compile_static(where, source, name, libc=True, flags=()):
    """A static arm64 program of C sources (one path, or several); its path."""
    out = where / name
    sources = [source] if isinstance(source, (str, pathlib.Path)) else source
    more = [] if libc else ["-nostdlib", "-ffreestanding", "-fno-stack-protector", "-Wl,-z,noseparate-code"]
    subprocess.run(["aarch64-linux-gnu-gcc", "-O2", "-Wall", "-Wextra", "-static", "-fno-pie", "-no-pie",
                    "-Wl,--build-id=none", *more, *flags, *map(str, sources), "-o", out], check=True)
    return out


def _read(what):
    return what if isinstance(what, bytes) else pathlib.Path(what).read_bytes()


def initrd(build, where, guest):
    """The initramfs: Debian's programs, bench/linux, and the guest's own files; its path."""
    debs, initramfs = _scripts(build)
    try:
        programs = initramfs.collect()
    except debs.Trouble as error:
        raise BenchError(str(error)) from None
    if not guest.programs:
        programs = {"bin/busybox": programs["bin/busybox"]}
    files = {"init": compile_static(where, SOURCES / "init.c", "init", libc=False), "bench/start": SOURCES / "start",
             "bench/main": guest.main.encode(), **programs, **guest.files}
    cpio = initramfs.Cpio()
    parents = {str(p) for name in files for p in pathlib.PurePosixPath(name).parents} - {"."}
    for name in sorted({*initramfs.DIRECTORIES, *parents}):
        cpio.add(name, stat.S_IFDIR | (0o1777 if name == "tmp" else 0o755))
    cpio.add(initramfs.CONSOLE[0], initramfs.CONSOLE[1], device=initramfs.CONSOLE[2])
    for name, what in sorted(files.items()):
        cpio.add(name, stat.S_IFREG | 0o755, _read(what))
    cpio.add("bin/sh", stat.S_IFLNK | 0o777, b"busybox")
    path = where / "initrd.cpio.gz"
    path.write_bytes(gzip.compress(cpio.done(), 6, mtime=0))
    return path


def devicetree(where, guest):
    """What a VM's machine is, in a form that both QEMU and ZVM complete (memory, command line, initrd, PSCI)."""
    cpus = "".join(f'\t\tcpu@{n} {{ device_type = "cpu"; compatible = "arm,armv8"; reg = <0x0 {n}>; '
                   f'enable-method = "psci"; }};\n' for n in range(guest.vcpus))
    text = (SOURCES / "machine.dts").read_text(encoding="utf-8")
    source = where / "machine.dts"
    source.write_text(text.replace("@CPUS@", cpus).replace("@GICR@", f"{guest.vcpus * 0x20000:#x}"), encoding="utf-8")
    out = where / "machine.dtb"
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", out, source], check=True)
    return out


class Image:
    """A Guest, built: its files are in `where`, which is the caller's and to be empty."""

    def __init__(self, build, where, guest):
        debs, _ = _scripts(build)
        where.mkdir(parents=True, exist_ok=True)
        self.build, self.where, self.guest = build, where, guest
        try:
            self.kernel = debs.kernel(guest.kernel)
        except debs.Trouble as error:
            raise BenchError(str(error)) from None
        self.version = (self.kernel.parent / "version").read_text(encoding="utf-8").strip()
        self.initrd = initrd(build, where, guest)
        self.dtb = devicetree(where, guest)
        self.append = f"{APPEND} {guest.append}".strip()

    def bare(self, same_tree=True):
        """The Machine without a hypervisor; with QEMU's own devicetree unless it is to be the VM's."""
        return Machine(self.build, self.kernel, el=1, cpu=CPU, smp=self.guest.vcpus, mem=f"{self.guest.memory}M",
                       initrd=self.initrd, append=self.append, dtb=self.dtb if same_tree else None)

    def definition(self, same_tree=True, wfi="trap", pinned=True):
        """The VM's definition."""
        cpus = f"cpus = <{' '.join(str(n) for n in range(self.guest.vcpus))}>;" if pinned else ""
        return VM.format(vcpus=self.guest.vcpus, memory=self.guest.memory, append=self.append, cpus=cpus, wfi=wfi,
                         dtb='dtb = "machine.dtb";' if same_tree else "")

    def vm(self, same_tree=True, wfi="trap", pinned=True):
        """The Machine with ZVM, whose bundle has the one VM. As many CPUs as the VM: nobody else runs."""
        place = self.where / f"vm-{wfi}-{same_tree}-{pinned}"
        place.mkdir()
        bundle = bundles.bundle(place, {"linux": self.definition(same_tree, wfi, pinned)},
                                {"Image": self.kernel, "initrd.cpio.gz": self.initrd, "machine.dtb": self.dtb},
                                plan="zvm new -t linux\nbench watch 0\n")
        return Machine(self.build, f"{HOST}.bin", el=2, cpu=CPU, smp=self.guest.vcpus, mem=f"{self.guest.memory + 256}M",
                       initrd=bundle)

    def run_bare(self, limit=600, **how):
        """What it prints on the bare machine."""
        return self.bare(**how).run(END, limit)

    def run_vm(self, limit=600, **how):
        """What it prints in a VM, and the host around it."""
        return self.vm(**how).run(HOST_END, limit)


def init_ticks(lines):
    """The counter at the first instruction of /init."""
    for line in lines:
        if line.startswith("BENCH init "):
            return int(line.split()[2])
    raise BenchError("no line 'BENCH init' from the guest")


def start_ticks(lines):
    """Instructions from `zvm run` to the guest's first."""
    for line in lines:
        if line.startswith("HOST first "):
            found = dict(word.split("=") for word in line.split()[3:])
            return int(found["zero"]) - int(found["start"])
    raise BenchError("no line 'HOST first' from the host")


def exits(lines):
    """{label: {reason: exits so far}} of the lines that follow "BENCH mark LABEL" in a VM (bench watch); "end" is the end."""
    found = {}
    for line in lines:
        if line.startswith("HOST exits "):
            _, _, label, *counts = line.split()
            found[label] = {reason: int(count) for reason, _, count in (word.partition("=") for word in counts)}
    return found
