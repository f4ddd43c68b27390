# SPDX-License-Identifier: Apache-2.0
"""One QEMU whose instructions are counted: what every figure of the benchmarks comes from.

scripts/run --icount makes one executed instruction one nanosecond of virtual time, with a counter of 1 GHz and fixed
seeds, so a run gives the same output on every machine and at every load.
"""
import ctypes
import os
import pathlib
import random
import signal
import subprocess
import threading

TOP = pathlib.Path(__file__).resolve().parents[2]
SCALE = float(os.environ.get("ZVM_TEST_SCALE", "1"))
TAIL = 40
PR_SET_PDEATHSIG = 1


class BenchError(Exception):
    """A run that gives no figures; the text says why, and how the console ended."""


class Places:
    """This machine's CPUs: each emulator gets one for itself, the one with the fewest."""

    def __init__(self):
        self.lock = threading.Lock()
        self.users = dict.fromkeys(os.sched_getaffinity(0), 0)

    def take(self):
        """A CPU for one more."""
        with self.lock:
            fewest = min(self.users.values())
            place = random.choice([cpu for cpu, users in self.users.items() if users == fewest])
            self.users[place] += 1
        return place

    def leave(self, place):
        """It has ended."""
        with self.lock:
            self.users[place] -= 1


PLACES = Places()


def settle(place):
    """In the child, before QEMU. It ends when its parent does.

    One CPU, and no preemption of one thread by another that wakes up: an emulated CPU that comes to WFI says so before it adds
    the instructions since its last stop to the virtual time. If QEMU's main thread looks just then, it moves the time on to
    the next timer's deadline from the old time, and the timer is late by those instructions, eight or so. With both threads
    running that happens in one of some 50,000 WFIs, most on a busy machine; this way it was not seen any more.
    """
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.sched_setaffinity(0, {place})
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


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
        place = PLACES.take()
        try:
            return self._run(end, limit * SCALE, place)
        finally:
            PLACES.leave(place)

    def run_host(self, limit=600):
        """Runs a hypervisor of the benchmarks to its end; its lines. It must not have complained, and count instructions."""
        lines = self.run("HOST END", limit)
        if errors := [line for line in lines if line.startswith("HOST error")]:
            raise BenchError("\n".join([*errors, _tail(lines)]))
        if "HOST cycles_per_second 1000000000" not in lines:
            raise BenchError("the counter does not run at 1 GHz, a tick is not one instruction")
        return lines

    def _run(self, end, limit, place):
        lines, ended, late = [], False, []

        # All CPUs in WFI and no timer armed: QEMU stands still for ever under sleep=off. So it is stopped on a marker.
        def hang():
            late.append(True)
            qemu.kill()

        with subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", preexec_fn=lambda: settle(place)) as qemu:
            watchdog = threading.Timer(limit, hang)
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
            what = f"did not come within {limit:.0f} s" if late else f"never came, QEMU ended (status {qemu.returncode})"
            raise BenchError(f"'{end}' {what}: {' '.join(self.command)}\n{_tail(lines)}")
        return lines
