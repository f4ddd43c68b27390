#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/pack_relocs.py ELF [MAX]: makes the relocations of a linked image small, in place.

The linker leaves .rela.dyn, 24 bytes for each pointer in the image, last in the file. All of them are
R_AARCH64_RELATIVE: where the pointer is, and what it is at the link address. The latter is written to where it belongs,
and the table becomes the number of 64-bit words that follow, and these: an even one is the offset of a pointer from the
start of the image, and an odd one has a bit for each of the 63 words behind what the one before it told of, as in the
generic ABI's SHT_RELR (arch/arm64/head.S, relocate). With MAX it fails when the image has more bytes than that.
"""
import struct
import sys

SHT_PROGBITS, SHT_RELA, PT_LOAD, R_AARCH64_RELATIVE = 1, 4, 1, 0x403
SECTION = b".rela.dyn"
BITMAP = 63 * 8  # bytes that a word with bits tells of
# An image with an EFI header (arch/arm64/efi_header.ld): where it is, its alignment in the file, and from its start the
# sizes of initialised data and of the last section.
PE_AT, PE_ALIGN, PE_DATA_SIZE, PE_LAST_SECTION = 60, 512, 24 + 8, 24 + 160 + 40


class Elf:
    """As much of an ELF64 file as is needed."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = bytearray(file.read())
        if self.data[:6] != b"\x7fELF\x02\x01":
            sys.exit(f"{path}: not a little-endian ELF64 file")
        (self.phoff, self.shoff) = struct.unpack_from("<QQ", self.data, 32)
        (self.phsize, self.phnum, self.shsize, self.shnum, names) = struct.unpack_from("<HHHHH", self.data, 54)
        self.names = self.section(names)["offset"]

    def section(self, index):
        """A section header as a dictionary, with `at`, where it is in the file."""
        at = self.shoff + index * self.shsize
        fields = struct.unpack_from("<IIQQQQIIQQ", self.data, at)
        return dict(zip(("name", "type", "flags", "addr", "offset", "size", "link", "info", "align", "entry"), fields),
                    at=at)

    def find(self, name):
        """The section of that name, or None."""
        for index in range(self.shnum):
            section = self.section(index)
            start = self.names + section["name"]
            if self.data[start:start + len(name) + 1] == name + b"\0":
                return section
        return None

    def segments(self):
        """(position of the header, offset, address, bytes in the file) of everything that is loaded."""
        for index in range(self.phnum):
            at = self.phoff + index * self.phsize
            kind, _, offset, address, _, size = struct.unpack_from("<IIQQQQ", self.data, at)
            if kind == PT_LOAD:
                yield at, offset, address, size

    def offset_of(self, address):
        """Where the byte at an address is in the file."""
        for _, offset, start, size in self.segments():
            if start <= address < start + size:
                return offset + address - start
        sys.exit(f"a relocation at {address:#x} is outside of what is loaded")


def set_pe_size(data, start, size):
    """Says in the EFI header of the image at `start`, if there is one, how long the file is."""
    pe = start + struct.unpack_from("<I", data, start + PE_AT)[0]
    if pe == start or data[pe:pe + 4] != b"PE\0\0":
        return
    first = struct.unpack_from("<I", data, pe + PE_LAST_SECTION + 20)[0]
    struct.pack_into("<I", data, pe + PE_DATA_SIZE, size - first)
    struct.pack_into("<I", data, pe + PE_LAST_SECTION + 16, size - first)


def packed(offsets):
    """The words for pointers at these offsets, in order."""
    words = []
    end = -1
    for offset in offsets:
        if words and words[-1] & 1 and offset < end:
            words[-1] |= 2 << (offset - end + BITMAP) // 8
        elif words and offset < end + BITMAP:
            words.append(1 | 2 << (offset - end) // 8)
            end += BITMAP
        else:
            words.append(offset)
            end = offset + 8
    return words


def pack(path, most):
    """Do it, unless it is done; an image of more than `most` bytes is left as it was."""
    elf = Elf(path)
    rela = elf.find(SECTION)
    if rela is None:
        sys.exit(f"{path}: no {SECTION.decode()}")
    if rela["type"] != SHT_RELA:
        return
    base = min(start for _, _, start, _ in elf.segments())
    offsets = []
    for entry in range(rela["offset"], rela["offset"] + rela["size"], 24):
        where, info, addend = struct.unpack_from("<QQq", elf.data, entry)
        if info != R_AARCH64_RELATIVE:
            sys.exit(f"{path}: the pointer at {where:#x} has a relocation of type {info & 0xffffffff}, not RELATIVE")
        if where % 8:
            sys.exit(f"{path}: the pointer at {where:#x} is not aligned")
        struct.pack_into("<q", elf.data, elf.offset_of(where), addend)
        offsets.append(where - base)
    words = packed(sorted(offsets))
    table = struct.pack(f"<{1 + len(words)}Q", len(words), *words)
    table += bytes(-(rela["addr"] - base + len(table)) % PE_ALIGN)
    end = rela["offset"] + rela["size"]
    if rela["addr"] - base + len(table) > most:
        sys.exit(f"{path}: the image has {rela['addr'] - base + len(table)} bytes; it may have {most}")
    if len(table) > rela["size"]:
        sys.exit(f"{path}: {SECTION.decode()} has no room for its own table")
    elf.data[rela["offset"]:end] = table.ljust(rela["size"], b"\0")
    struct.pack_into("<I", elf.data, rela["at"] + 4, SHT_PROGBITS)
    struct.pack_into("<Q", elf.data, rela["at"] + 32, len(table))
    for at, offset, _, size in elf.segments():
        if offset <= rela["offset"] < offset + size:
            if offset + size != end:
                sys.exit(f"{path}: {SECTION.decode()} is not the last in its segment of the file")
            struct.pack_into("<Q", elf.data, at + 32, rela["offset"] + len(table) - offset)
    set_pe_size(elf.data, elf.offset_of(base), rela["addr"] + len(table) - base)
    with open(path, "wb") as file:
        file.write(elf.data)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.splitlines()[0])
    pack(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else sys.maxsize)
