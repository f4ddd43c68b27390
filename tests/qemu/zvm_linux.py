# SPDX-License-Identifier: Apache-2.0
"""Debian's kernels as guests, for the tests: bundles of them, and a Linux that is logged in to."""
import os
import re
import sys

from zvm_guests import good, wait_state
from zvm_machine import BUILD, TOP, plain, tool

sys.path.append(str(TOP / "scripts"))
import debs  # noqa: E402

CTRL_X = "\x18"
# A guest's shell is ready when its prompt is the last thing on the line; busybox asks the terminal where it is then.
PROMPT = r"root@linux:[^\n]*# \x1b\[6n"
# An emulated Linux boots in some ten seconds, and several on a machine that has other work in minutes.
BOOT = 240


def bundle(where, kernel="default"):
    """A bundle: `linux`, with a kernel of scripts/fetch-kernel's that does not print while it boots, and `zephyr`."""
    environment = {**os.environ, "BUILD": str(BUILD)}
    made = where / "made.cpio"
    tool(TOP / "scripts/make-bundle", "--kernel", kernel, made, env=environment)
    made.unlink()
    staged = BUILD / f"bundle-{kernel}"
    for name in ("linux", "zephyr", "zephyr.dts"):
        (where / name).symlink_to(staged / name)
    text = (staged / "linux.dts").read_text()
    assert "console=ttyAMA0" in text
    (where / "linux.dts").write_text(text.replace("console=ttyAMA0", "console=ttyAMA0 quiet"))
    tool(TOP / "scripts/mkbundle", where / "bundle.cpio", where / "linux.dts", where / "zephyr.dts")
    return where / "bundle.cpio"


class Linux:
    """A VM of the type linux; its console is attached to between look() and leave()."""

    name = "linux"
    prompt = PROMPT

    def __init__(self, m, options=""):
        self.m = m
        self.vm = int(re.match(r"vm (\d+): ", good(m, f"zvm new -t {self.name} {options}")).group(1))

    def run(self):
        """Start it, and attach."""
        good(self.m, f"zvm run {self.vm}")
        self.look()

    def look(self):
        """Attach."""
        self.m.type(f"zvm look {self.vm}\r")
        self.m.expect(rf"-- vm {self.vm} \({self.name}\)[^\n]*, Ctrl\+x to leave --\r*\n")

    def leave(self):
        """Detach; what was shown until then."""
        self.m.type(CTRL_X)
        return self.m.wait_prompt()

    def login(self):
        """From the login prompt to the shell's."""
        self.m.expect(f"{self.name} login: ", BOOT)
        self.m.type("root\r")
        self.m.expect(self.prompt, BOOT)
        # Its line editor wraps lines: not what is typed here.
        self.m.type("stty cols 500\r")
        self.m.expect(self.prompt)

    def sh(self, command, timeout=120):
        """What a command line prints; it must end well."""
        self.m.type(f"{command} && echo good''bye || echo ba''d\r")
        self.m.expect(r"\r+\n((?:.*?\n)??)(goodbye|bad)\r+\n" + self.prompt, timeout)
        text = plain(self.m.process.match.group(1))
        assert self.m.process.match.group(2) == "goodbye", f"{command}: {text}"
        return text

    def reboot(self):
        """To the shell of the next life."""
        self.m.type("reboot\r")
        self.login()

    def poweroff(self):
        """Until ZVM says that it is off."""
        self.m.type("poweroff\r")
        self.m.expect_text(f"vm {self.vm} ({self.name}): powered off", BOOT)
        self.leave()
        wait_state(self.m, self.vm, "stopped")
