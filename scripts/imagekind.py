# SPDX-License-Identifier: Apache-2.0
"""What a file is by its content, and why it is no kernel, initrd or devicetree for a guest: for scripts/mkbundle.

Only what is wrong for certain is refused: a raw image may be any bytes, an initrd any file system.
"""
import re
import struct
import zlib

HEAD = 4096
AARCH64 = 183

# Magic numbers that no program for AArch64 begins with: offset, bytes, what it is, and what to do about it.
KINDS = [
    (0, b"\xfd7zXZ\0", "compressed with xz", "unpack it with xz -d"),
    (0, b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it with zstd -d"),
    (0, b"\x02\x21\x4c\x18", "compressed with lz4", "unpack it with lz4 -d"),
    (0, b"\x04\x22\x4d\x18", "compressed with lz4", "unpack it with lz4 -d"),
    (0, b"\x89LZO\0", "compressed with lzop", "unpack it with lzop -d"),
    (0, b"070701", "a cpio archive", "that is an initrd"),
    (0, b"\xd0\x0d\xfe\xed", "a devicetree, or a FIT image of U-Boot's", "take the kernel that is in it"),
    (0, b"\x27\x05\x19\x56", "an image of U-Boot's mkimage", "take the file that it was made of"),
    (4, b"zimg", "an EFI zboot kernel", "take arch/arm64/boot/Image of the same build"),
    (0x202, b"HdrS", "a kernel for x86", "take one for arm64"),
    (0x24, b"\x18\x28\x6f\x01", "a kernel for 32-bit Arm", "take one for arm64"),
    (56, b"RSC\x05", "a kernel for RISC-V", "take one for arm64"),
]
COMPRESSED = ("compressed", "a cpio")


def head(path):
    """The beginning of a file."""
    with open(path, "rb") as file:
        return file.read(HEAD)


def kind(data):
    """(what, what to do) of a beginning that is known; None of others."""
    return next(((what, remedy) for at, magic, what, remedy in KINDS if data[at:at + len(magic)] == magic), None)


def is_gzip(data):
    """gzip, as ZVM tells it."""
    return data[:2] == b"\x1f\x8b"


def is_image(data):
    """A Linux Image for arm64 (Linux, Documentation/arch/arm64/booting.rst)."""
    return len(data) >= 64 and data[56:60] == b"ARM\x64"


def gunzip(path):
    """The beginning of what is compressed in a file that is read to its end; None: it is damaged or cut off."""
    start = b""
    unpacked = zlib.decompressobj(wbits=31)
    with open(path, "rb") as file:
        try:
            while not unpacked.eof:
                data = file.read(1 << 16)
                if not data:
                    return None
                start += unpacked.decompress(data)[:HEAD - len(start)]
        except zlib.error:
            return None
    return start


def elf_trouble(data):
    """Why an ELF file is no guest."""
    if len(data) < 64:
        return "is cut off within its ELF header"
    if data[4:6] != b"\x02\x01" or struct.unpack_from("<HH", data, 16) not in ((2, AARCH64), (3, AARCH64)):
        return "is not an executable ELF file for AArch64, 64 bits, little-endian"
    return None


def linux_trouble(path, data):
    """Why a file is no kernel for os linux."""
    if is_gzip(data):
        data = gunzip(path)
        if data is None:
            return "is gzip, damaged or cut off"
        return None if is_image(data) else "is gzip, but not of an arm64 Linux Image"
    if is_image(data):
        return None
    what, remedy = kind(data) or ("neither an arm64 Linux Image, nor that in gzip, nor ELF", None)
    return f"is {what}; {remedy}" if remedy else f"is {what}"


def kernel_trouble(path, os_name):
    """What is wrong with a kernel, or None."""
    data = head(path)
    if data[:4] == b"\x7fELF":
        return elf_trouble(data)
    if os_name == "linux":
        return linux_trouble(path, data)
    if is_gzip(data):
        return "is compressed with gzip, which is for os linux; unpack it with gzip -d"
    found = kind(data)
    return f"is {found[0]}; {found[1]}" if found else None


def initrd_trouble(path, os_name):
    """What is wrong with an initrd, or None."""
    data = head(path)
    if os_name != "linux":
        return None
    if is_gzip(data):
        return "is gzip, damaged or cut off" if gunzip(path) is None else None
    if is_image(data) or data[:4] == b"\x7fELF":
        return "is a program, no initrd; a cpio archive is one, packed or not"
    found = kind(data)
    if found and not found[0].startswith(COMPRESSED):
        return f"is {found[0]}; a cpio archive is wanted, packed or not"
    return None


def dtb_trouble(path, _os_name):
    """What is wrong with a ready-made devicetree, or None."""
    data = head(path)
    if data[:4] == b"\xd0\x0d\xfe\xed":
        return None
    if re.match(rb"\s*(/\*.*?\*/\s*|//[^\n]*\s*|#[^\n]*\s*)*/dts-v1/", data, re.S):
        return "is a devicetree's source; compile it with dtc"
    return "is no devicetree as dtc makes it"


TROUBLE = {"kernel": kernel_trouble, "initrd": initrd_trouble, "dtb": dtb_trouble}
