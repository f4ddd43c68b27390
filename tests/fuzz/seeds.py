#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""seeds.py BUILD: writes the inputs that fuzzing begins with, to BUILD/seeds/TARGET: archives, images, compiled devicetrees."""
import gzip
import pathlib
import struct
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(sys.argv[1])


def write(target, name, data):
    """One seed."""
    directory = BUILD / "seeds" / target
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_bytes(data)


def archive(files):
    """A newc archive of {path: bytes}."""
    with tempfile.TemporaryDirectory() as top:
        for path, data in files.items():
            (pathlib.Path(top) / path).parent.mkdir(parents=True, exist_ok=True)
            (pathlib.Path(top) / path).write_bytes(data)
        return subprocess.run(["cpio", "-o", "-H", "newc", "--reproducible", "--quiet"], cwd=top, check=True, capture_output=True,
                              input="".join(f"{path}\n" for path in sorted(files)).encode()).stdout


def linux():
    """The header of an arm64 Image, and that of PE behind it."""
    pe = struct.pack("<4sHHIIIHH", b"PE\0\0", 0xaa64, 1, 0, 0, 0, 0, 0) + struct.pack("<8sIIIIIIHHI", b".text", 64, 0, 64, 64, 0, 0, 0, 0, 0)
    return b"MZ\0\x91" + struct.pack("<IQQQQQQII", 0x14000010, 0, 0x20000, 10, 0, 0, 0, 0x644d5241, 64) + pe


def elf():
    """An ELF file of two segments."""
    header = struct.pack("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, 0, 2, 183, 1, 0x40000000, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    first = struct.pack("<IIQQQQQQ", 1, 5, 176, 0x40000000, 0x40000000, 8, 8, 8)
    second = struct.pack("<IIQQQQQQ", 1, 6, 184, 0xffff0000, 0x40200000, 8, 0x1000, 8)
    return header + first + second + bytes(range(16))


def main():
    definition = (BUILD / "dtb/bare.dtb").read_bytes()
    files = {"vms/a.dtb": definition, "kernel": b"data", "vms/b.txt": b""}
    write("cpio", "two", archive({"a": b"hello", "dir/b": b""}))
    write("cpio", "bundle", archive(files))
    write("bundle", "bundle", archive(files))
    # The first bytes of an input of these say what the rest is.
    for dtb in sorted((BUILD / "dtb").glob("*.dtb")):
        if dtb.stat().st_size < 4096:
            write("fdt", dtb.stem, b"\x07" + dtb.read_bytes())
    for name, data in {"linux": linux(), "elf": elf(), "gzip": gzip.compress(linux() + bytes(1000), mtime=0), "raw": b"raw"}.items():
        for system in range(3):
            write("image", f"{name}{system}", bytes([system, 0, 0]) + data)


main()
