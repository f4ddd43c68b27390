# SPDX-License-Identifier: Apache-2.0
"""A ZVM image in QEMU, driven through its console as a person at a terminal would.

Everything waits for output, nothing sleeps for it. A wait that ends without its output is a failure that carries the
end of the console. Time limits are about hangs only: they are generous, and nothing is asserted on them.
"""
import ctypes
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import pexpect
import pexpect.fdpexpect

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = (TOP / os.environ.get("BUILD", "build")).resolve()
SCALE = float(os.environ.get("ZVM_TEST_SCALE", "1"))
# Limits are what takes long on an idle machine, times this: a machine may be slow, and have other work.
PATIENCE = 5 * SCALE
LIMIT = 60 * PATIENCE
# A machine that has hung once is not waited for again as long: the tests that share it fail soon.
HUNG_LIMIT = 10 * SCALE
PROMPT = {2: "zvm_host:~# ", 1: "rtos:~# "}

ANSI = re.compile(r"\x0f|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>78]")
# ZVM takes the line that is being typed off the terminal when another comes, and draws it again below.
TAKE_OFF = "\r\x1b[K"


def plain(text):
    """Without what was taken off the terminal again, terminal escapes and carriage returns."""
    rows = (row.rpartition(TAKE_OFF)[2] for row in text.split("\n"))
    return ANSI.sub("", "\n".join(rows)).replace("\r", "")


PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In the child, before QEMU: the kernel kills it when the test runner is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Hang(AssertionError):
    """What was waited for did not come."""


class Machine:
    """One QEMU. Use it as a context manager, or through the `machine` fixture, so that it is always killed."""

    def __init__(self, image, name="machine", el=2, cpu="max", smp=1, mem="1G", gic=3, initrd=None, icount=False,
                 extra=(), command=None):
        self.el = el
        self.prompt = PROMPT[el]
        if command is None:
            command = [str(TOP / "scripts/run"), "--el", str(el), "--cpu", cpu, "--smp", str(smp), "--mem", mem,
                       "--gic", str(gic)]
            command += ["--initrd", str(initrd)] if initrd else []
            command += ["--icount"] if icount else []
            command += [str(image), "--", *map(str, extra)]
        self.command = command
        logs = BUILD / "test-logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.log_path = logs / (re.sub(r"[^\w.=,-]+", "_", name)[:150] + ".log")
        self.log = open(self.log_path, "w", encoding="utf-8", errors="replace")
        self.log.write(" ".join(command) + "\n")
        self.process = pexpect.spawn(command[0], command[1:], cwd=str(TOP), encoding="utf-8",
                                     codec_errors="replace", timeout=LIMIT, maxread=65536, echo=False,
                                     dimensions=(50, 200), preexec_fn=die_with_parent)
        self.process.delaybeforesend = None
        self.process.logfile_read = self.log
        self.hung = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Kill QEMU, whatever state it is in."""
        if self.process.isalive():
            self.process.kill(signal.SIGKILL)
            try:
                # On a busy machine it takes a while to be gone, and close() does not wait for long.
                self.process.wait()
            except pexpect.ExceptionPexpect:
                pass
        self.process.close(force=True)
        self.log.close()

    # ---- reading ----

    def tail(self, lines=60):
        """The last lines of the console."""
        self.log.flush()
        text = plain(self.log_path.read_text(encoding="utf-8", errors="replace"))
        return "\n".join(text.splitlines()[-lines:])

    def wait(self, pattern, timeout):
        """Wait for a pattern as pexpect has them; `timeout` is in seconds of an idle machine."""
        limit = HUNG_LIMIT if self.hung else LIMIT if timeout is None else timeout * PATIENCE
        try:
            self.process.expect(pattern, timeout=limit)
        except pexpect.TIMEOUT:
            self.hung = True
            raise

    def expect(self, pattern, timeout=None):
        """Wait for a regular expression; returns the match."""
        try:
            self.wait(pattern, timeout)
        except pexpect.TIMEOUT:
            raise Hang(f"no {pattern!r} on the console; it ends with:\n{self.tail()}") from None
        except pexpect.EOF:
            raise Hang(f"QEMU ended before {pattern!r}; the console ends with:\n{self.tail()}") from None
        return self.process.match

    def expect_text(self, text, timeout=None):
        """Wait for exactly this text."""
        return self.expect(re.escape(text), timeout)

    def wait_prompt(self, timeout=None):
        """Wait for the shell's prompt on a new line; returns what came before it, as plain text.

        The line editor redraws prompt and line after a carriage return: only a newline means that the shell is ready.
        """
        self.expect(r"\n\r*(?:\x1b\[[0-9;?]*[A-Za-z])*" + re.escape(self.prompt), timeout)
        return plain(self.process.before)

    def quiet(self, seconds, forbidden=None):
        """Nothing (or nothing that matches `forbidden`) may be printed for so long."""
        pattern = forbidden or r"[^\s]"
        try:
            self.process.expect(pattern, timeout=seconds * SCALE)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        raise AssertionError(f"{pattern!r} was printed, and nothing should be; the console ends with:\n{self.tail()}")

    def wait_exit(self, timeout=None):
        """Wait for QEMU to end by itself (power-off); returns what was printed meanwhile."""
        try:
            self.wait(pexpect.EOF, timeout)
        except pexpect.TIMEOUT:
            raise Hang(f"QEMU did not end; the console ends with:\n{self.tail()}") from None
        return plain(self.process.before)

    # ---- typing ----

    def type(self, text):
        """Send as typed, without an end of line."""
        self.process.send(text)

    def paste(self, text):
        """Send much at once, as a terminal does: it goes on showing what comes while it sends.

        Else both sides wait for each other for ever when the buffers of the pty are full in both directions.
        """
        threading.Thread(target=self.process.send, args=(text,), daemon=True).start()

    def run(self, line, timeout=None):
        """Type a command line, wait for the next prompt, return what the command printed."""
        self.type(line + "\r")
        return self.wait_prompt(timeout).partition("\n")[2]


class Line(Machine):
    """A serial line of a Machine's that is a socket: read and typed at like its console."""

    def __init__(self, path, name):  # pylint: disable=super-init-not-called
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.log_path = BUILD / "test-logs" / f"{name}.log"
        self.log = open(self.log_path, "w", encoding="utf-8", errors="replace")
        self.process = pexpect.fdpexpect.fdspawn(self.socket.fileno(), encoding="utf-8", codec_errors="replace",
                                                 timeout=LIMIT, maxread=65536)
        self.process.delaybeforesend = None
        self.process.logfile_read = self.log
        self.hung = False

    def close(self):
        self.socket.close()
        self.log.close()


def tool(*command, **options):
    """Run a host tool; its output is in the failure if it fails."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, cwd=str(TOP),
                          **options)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
    return done.stdout
