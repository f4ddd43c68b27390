# SPDX-License-Identifier: Apache-2.0
"""The initramfs of the Linux guest: busybox, cyclictest and stress-ng of Debian's arm64 packages with the libraries they
need and no more, and the files of guests/rootfs/. The same packages give the same bytes."""
import gzip
import pathlib
import stat
import subprocess
import tempfile

import debs

# package: its files that are wanted; * is any directory that programs are in.
PROGRAMS = {"busybox-static": ["busybox"], "rt-tests": ["cyclictest"], "stress-ng": ["stress-ng"]}
LIBRARIES = "lib/aarch64-linux-gnu"
LOADER = "lib/ld-linux-aarch64.so.1"
DIRECTORIES = ("bin", "dev", "etc", "lib", LIBRARIES, "mnt", "proc", "root", "run", "sys", "tmp", "usr", "usr/bin",
               "var", "var/log")
# The kernel gives /init this one as its terminal before anything is mounted.
CONSOLE = ("dev/console", stat.S_IFCHR | 0o600, (5, 1))


class Cpio:
    """A newc archive, the format of initramfs (Documentation/driver-api/early-userspace/buffer-format.rst of Linux)."""

    def __init__(self):
        self.parts = []
        self.count = 0

    def add(self, name, mode, data=b"", device=(0, 0)):
        """One file, directory, symbolic link or device node."""
        self.count += 1
        encoded = name.encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (self.count, mode, 0, 0, links, 0, len(data), 0, 0, *device, len(encoded), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + encoded
        self.parts += [head, bytes(-len(head) % 4), data, bytes(-len(data) % 4)]

    def done(self):
        """The archive's bytes."""
        self.count = -1  # the trailer's inode number is 0
        self.add("TRAILER!!!", 0)
        return b"".join(self.parts)


def files_of(deb):
    """{path: bytes, or the target of a symbolic link as str} of a package's programs and libraries."""
    found = {}
    with debs.contents(deb) as tar:
        for member in tar:
            name = member.name.removeprefix("./").removeprefix("usr/")
            if name.split("/")[0] not in ("bin", "sbin", "lib"):
                continue
            if member.issym():
                found[name] = member.linkname
            elif member.isfile() and member.size < 32 << 20:
                found[name] = tar.extractfile(member).read()
    return found


def resolve(files, name):
    """The bytes behind a name, through symbolic links inside its directory; None if it is not there."""
    for _ in range(8):
        what = files.get(name)
        if what is None or isinstance(what, bytes):
            return what
        name = str(pathlib.PurePosixPath(name).parent / pathlib.PurePosixPath(what).name)
    return None


def needed(binary):
    """Names of the libraries that a program or library asks for."""
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(binary)
        copy.flush()
        done = subprocess.run(["aarch64-linux-gnu-readelf", "-d", copy.name], capture_output=True, text=True, check=False)
    return [line.partition("[")[2].partition("]")[0] for line in done.stdout.splitlines() if "(NEEDED)" in line]


def behind(graph, packages):
    """The packages, and the libraries' packages behind them, in the order of their distance."""
    queue = list(packages)
    for package in queue:
        queue += [n for n in graph.get(package, []) if n.startswith(("lib", "zlib")) and n not in queue]
    return queue


def collect():
    """{path: bytes} of all programs and of the libraries that they need."""
    apt = debs.Apt()
    with debs.lock("debs"):
        apt.update()
        packages = behind(apt.graph(*PROGRAMS), PROGRAMS)
        paths = apt.download(*packages)
    libraries, wanted, queue = {}, {}, []
    for package, path in zip(packages, paths):
        files = files_of(path)
        for name in files:
            base = name.rpartition("/")[2]
            if ".so" in base:
                libraries.setdefault(base, resolve(files, name))
        for program in PROGRAMS.get(package, []):
            data = resolve(files, f"bin/{program}")
            if data is None:
                raise debs.Trouble(f"{package} has no program {program}")
            queue.append(("bin/busybox" if program == "busybox" else f"usr/bin/{program}", data))
    for path, data in queue:
        wanted[path] = data
        for name in needed(data):
            if not libraries.get(name):
                raise debs.Trouble(f"no package that {path} depends on has {name}")
            place = LOADER if name == LOADER.rpartition("/")[2] else f"{LIBRARIES}/{name}"
            if all(place != p for p, _ in queue):
                queue.append((place, libraries[name]))
    return wanted


def make(rootfs, out):
    """Write the compressed archive."""
    cpio = Cpio()
    for name in DIRECTORIES:
        cpio.add(name, stat.S_IFDIR | (0o1777 if name == "tmp" else 0o755))
    cpio.add(CONSOLE[0], CONSOLE[1], device=CONSOLE[2])
    for name, data in sorted(collect().items()):
        cpio.add(name, stat.S_IFREG | 0o755, data)
    # Shells are looked for under this name; busybox makes the other links when it starts.
    cpio.add("bin/sh", stat.S_IFLNK | 0o777, b"busybox")
    for path in sorted(p for p in rootfs.rglob("*") if p.is_file()):
        mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
        cpio.add(str(path.relative_to(rootfs)), stat.S_IFREG | mode, path.read_bytes())
    fresh = out.with_suffix(".new")
    fresh.write_bytes(gzip.compress(cpio.done(), 9, mtime=0))
    fresh.rename(out)
