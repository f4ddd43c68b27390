# SPDX-License-Identifier: Apache-2.0
"""One QEMU whose instructions are counted: what every figure of the benchmarks comes from.

scripts/run --icount makes one executed instruction one nanosecond of virtual time, with a counter of 1 GHz and fixed
seeds, so a run gives the same output on every machine and at every load.
"""
import ctypes
import os
import pathlib
import signal
import subprocess
import threading

TOP = pathlib.Path(__file__).resolve().parents[2]
SCALE = float(os.environ.get("ZVM_TEST_SCALE", "1"))
TAIL = 40
PR_SET_PDEATHSIG = 1


class BenchError(Exception):
    """A run that gives no figures; the text says why, and how the console ended."""


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _tail(lines):
    return "\n".join(["the console ends with:", *lines[-TAIL:]]) if lines else "there is nothing on the console"


class Machine:
    """A machine that is yet to run.

    build: where the images are; kernel: an image's name there, or a path. el=2 has virtualisation, el=1 is the bare machine
    of a guest. initrd, append, dtb: as of QEMU; extra: its further options.
    """

    def __init__(self, build, kernel, el=2, cpu="max", smp=1, mem="512M", initrd=None, append=None, dtb=None, extra=()):
        more = []
        more += ["-append", append] if append is not None else []
        more += ["-dtb", dtb] if dtb is not None else []
        more += list(extra)
        self.command = [TOP / "scripts/run", "--el", el, "--cpu", cpu, "--smp", smp, "--mem", mem, "--icount"]
        self.command += ["--initrd", initrd] if initrd is not None else []
        self.command += [pathlib.Path(build) / kernel, *(["--", *more] if more else [])]
        self.command = [str(word) for word in self.command]

    def run(self, end, limit=600):
        """Runs until a line contains `end`; all lines up to that one. `limit` is in seconds, and about hangs only."""
        lines, ended, late = [], False, []

        # All CPUs in WFI and no timer armed: QEMU stands still for ever under sleep=off. So it is stopped on a marker.
        def hang():
            late.append(True)
            qemu.kill()

        with subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", preexec_fn=_die_with_parent) as qemu:
            watchdog = threading.Timer(limit * SCALE, hang)
            watchdog.start()
            try:
                for line in qemu.stdout:
                    lines.append(line.rstrip("\r\n"))
                    if end in line:
                        ended = True
                        break
            finally:
                watchdog.cancel()
                qemu.kill()
        if not ended:
            what = f"never came, QEMU ended (status {qemu.returncode})"
            if late:
                what = f"did not come within {limit * SCALE:.0f} s"
            raise BenchError(f"'{end}' {what}: {' '.join(self.command)}\n{_tail(lines)}")
        return lines
