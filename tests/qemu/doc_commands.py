# SPDX-License-Identifier: Apache-2.0
"""Command lines as the documents have them: fenced blocks with a language and a name, ```sh disk."""
import re
import shlex

from zvm_machine import BUILD, TOP, tool

BLOCK = re.compile(r"^```(\w+)(?: ([\w-]+))?\n(.*?)^```$", re.M | re.S)


class Page:
    """The blocks of docs/boards/NAME, and a place where they run: like the top of the tree, with a small bundle."""

    def __init__(self, name, where=None, bundle=None):
        found = BLOCK.findall((TOP / "docs/boards" / name).read_text(encoding="utf-8"))
        self.blocks = {(language, label): text for language, label, text in found}
        assert len(self.blocks) == len(found), f"{name}: two blocks have one name, or none"
        self.where = where
        if where is not None:
            (where / "build").mkdir()
            (where / "build/zvm_host.bin").symlink_to(BUILD / "zvm_host.bin")
            if bundle is not None:
                (where / "build/bundle.cpio").symlink_to(bundle)
            (where / "scripts").symlink_to(TOP / "scripts")

    def names(self, *languages):
        """All names of blocks in these languages."""
        return {label for language, label in self.blocks if language in languages}

    def text(self, label, language="sh"):
        """A block."""
        return self.blocks[language, label]

    def write(self, path, label, language):
        """A block that is a file."""
        (self.where / path).write_text(self.text(label, language), encoding="utf-8")

    def run(self, label, before=""):
        """A block of commands that end."""
        tool("sh", "-c", f"cd {shlex.quote(str(self.where))} && set -e\n{before}\n{self.text(label)}")

    def start(self, machine, label, before=""):
        """A block whose last command is QEMU: a Machine."""
        return machine(None, command=["sh", "-c", f"cd {shlex.quote(str(self.where))} && set -e\n{before}\n{self.text(label)}"])

    def lines(self, label, language="uboot"):
        """The lines of a block that is typed."""
        return self.text(label, language).splitlines()
