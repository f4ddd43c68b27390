# SPDX-License-Identifier: Apache-2.0
"""What the hypervisor executes on the paths that bench/scenarios/exits.py measures: barriers, TLB operations, writes of system
registers, accesses to devices.

QEMU writes a line for each instruction (-singlestep, log items exec and nochain) and for each access to the interrupt
controller and the UART (its trace events). The log is switched on by the monitor when the hypervisor is up, else the
boot would fill the disk. The paths begin and end at the labels trace_* of the guest (tests/guest/exits_ops.S); the guest
runs where the hypervisor is not, so an address tells whose an instruction is, and the hypervisor's ELF what it is.
"""
import collections
import os
import pathlib
import re
import socket
import subprocess
import threading
import time

from .machine import TOP, BenchError

KINDS = ["DSB", "ISB", "DMB", "TLBI", "MSR", "MMIO"]
LIMIT = 300
GUEST_BASE = 0x40000000     # where the bundle's VMs load the guest
LINK_BASE = 0x41000000      # where it is linked
EVENTS = ["gicv3_dist_read", "gicv3_dist_write", "gicv3_redist_read", "gicv3_redist_write", "pl011_read", "pl011_write"]

LINE = re.compile(r"Trace \d+: 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/")
ACCESS = re.compile(r"^(gicv3_(re)?dist_(read|write)|pl011_(read|write))\b")

# Where a path begins and ends, and which VM it runs in.
PATHS = {
    "hvc": ("one", "trace_hvc_begin", "trace_hvc_end"),
    "id_register": ("one", "trace_id_register_begin", "trace_id_register_end"),
    "gicd_typer": ("one", "trace_gicd_typer_begin", "trace_gicd_typer_end"),
    "isenabler": ("one", "trace_isenabler_begin", "trace_isenabler_end"),
    "sgi_self": ("one", "trace_sgi_self_begin", "trace_irq"),
    "timer_spin": ("one", "trace_timer_spin_begin", "trace_irq"),
    "timer_wfi": ("one", "trace_timer_wfi_begin", "trace_irq"),
    "timer_wfi_native": ("native", "trace_timer_wfi_begin", "trace_irq"),
    "sgi_other": ("other", "trace_sgi_other_begin", "trace_irq_other"),
    "ping_pong": ("pingpong", "trace_ping_pong_begin", "trace_irq"),
    "turn": ("turn", "trace_turn_begin", "trace_turn_end"),
}


def symbols(elf):
    """({name: address}, {name: size}) of an ELF."""
    text = subprocess.run(["aarch64-linux-gnu-nm", "-S", elf], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in text.splitlines()]
    return ({row[-1]: int(row[0], 16) for row in rows}, {row[-1]: int(row[1], 16) for row in rows if len(row) == 4})


def kind_of(mnemonic, operands):
    """Which of KINDS an instruction is, or None. Masking interrupts and the like (MSR immediate) is not counted."""
    if mnemonic in ("dsb", "isb", "dmb", "tlbi"):
        return mnemonic.upper()
    if mnemonic == "msr" and not re.match(r"(daif|spsel|pan|uao|dit|ssbs|tco|allint)\w*, #", operands, re.I):
        return "MSR"
    return None


def instructions(elf):
    """{address: kind} of those of the hypervisor's instructions that are counted."""
    text = subprocess.run(["aarch64-linux-gnu-objdump", "-d", "--no-show-raw-insn", elf], check=True, capture_output=True,
                          text=True).stdout
    found = {}
    for address, mnemonic, operands in re.findall(r"(?m)^\s*([0-9a-f]+):\s+(\S+)[ \t]*(.*)$", text):
        kind = kind_of(mnemonic, operands)
        if kind:
            found[int(address, 16)] = kind
    return found


class Monitor:
    """QEMU's monitor on a socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + LIMIT
        while True:
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.socket.settimeout(LIMIT)
        self._answer()

    def _answer(self):
        text = b""
        while not text.rstrip().endswith(b"(qemu)"):
            part = self.socket.recv(65536)
            if not part:
                break
            text += part
        return text

    def __call__(self, command):
        self.socket.sendall(command.encode() + b"\n")
        return self._answer()


class Counter:
    """Follows the log: what the hypervisor executes between the ends of each path."""

    def __init__(self, build):
        host, guest = build / "exit_bench.elf", build / "guest_exits.elf"
        place, size = symbols(host)
        self.kinds = instructions(host)
        self.isr = place["device_isr"]
        self.task = range(place["device_task"], place["device_task"] + size["device_task"])
        self.guest = {name: at - LINK_BASE + GUEST_BASE for name, at in symbols(guest)[0].items()}
        self.guest_end = self.guest["guest_end"]
        self.paths = {}
        self.runs = collections.defaultdict(list)
        self.length = 0
        self.accesses = 0
        self.now = collections.Counter()
        self.key = self.end = None
        self.served = False

    def vm(self, name):
        """Another VM begins."""
        self.paths = {self.guest[begin]: (key, self.guest[end]) for key, (vm, begin, end) in PATHS.items() if vm == name}
        self.key = self.end = None

    def counts(self):
        """{key: {kind: count}}: of each path the run of median length. Some have a timer's interrupt in them."""
        median = {key: sorted(runs, key=lambda run: run[0])[len(runs) // 2][1] for key, runs in self.runs.items()}
        return {key: {kind: counted[kind] for kind in KINDS} for key, counted in median.items()}

    def _restart(self):
        self.now = collections.Counter()
        self.length = 0

    def _take(self, key):
        self.runs[key].append((self.length, self.now))
        self._restart()

    def access(self):
        """A device was read or written."""
        self.now["MMIO"] += 1
        self.accesses += 1

    def instruction(self, pc):
        """One was executed."""
        self.length += 1
        if GUEST_BASE <= pc < self.guest_end:
            if not self.served and self.key is None:
                self._restart()
            if pc == self.end:
                self._take(self.key)
                self.key = self.end = None
            if pc in self.paths:
                self.key, self.end = self.paths[pc]
                self._restart()
            return
        if pc == self.isr:
            self.served = True
        elif self.served and pc in self.task:
            self.served = False
            self._take("device_to_task")
        if pc in self.kinds:
            self.now[self.kinds[pc]] += 1


def follow(log, counter, vms):
    """Reads the log while it is written, until QEMU ends."""
    names = iter(vms)
    with open(log, encoding="ascii", errors="replace") as lines:
        for line in lines:
            if match := LINE.match(line):
                pc = int(match.group(1), 16)
                if pc == GUEST_BASE:
                    counter.vm(next(names))
                counter.instruction(pc)
            elif ACCESS.match(line):
                counter.access()


def wait_for(console, text):
    """Reads the console up to a line."""
    for line in console:
        if line.startswith(text):
            return
    raise BenchError(f"no '{text}' in the traced run")


def trace(build, where, bundle, cpus, vms):
    """{key: {kind: count}} of a run of the bundle, whose VMs are called so, after one called await."""
    log, monitor = where / "trace.fifo", where / "monitor"
    os.mkfifo(log)
    command = [TOP / "scripts/run", "--smp", cpus, "--mem", "512M", "--icount", "--initrd", bundle,
               build / "exit_bench.bin", "--", "-D", log, "-d", "unimp", "-display", "none", "-serial", "stdio", "-monitor",
               f"unix:{monitor},server,nowait"]
    counter = Counter(build)
    reader = threading.Thread(target=follow, args=(log, counter, vms), daemon=True)
    reader.start()
    with subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace") as qemu:
        watchdog = threading.Timer(LIMIT, qemu.kill)
        watchdog.start()
        try:
            wait_for(qemu.stdout, "HOST ready")
            tell = Monitor(monitor)
            # Named so before QEMU 8.1, and so after.
            tell("singlestep on")
            tell("one-insn-per-tb on")
            tell("log " + ",".join(["exec", "nochain", *(f"trace:{event}" for event in EVENTS)]))
            qemu.stdin.write("x")
            qemu.stdin.flush()
            wait_for(qemu.stdout, "HOST END")
        finally:
            watchdog.cancel()
            qemu.kill()
    reader.join(LIMIT)
    if counter.accesses == 0:
        raise BenchError("the trace has no access to a device, not even the console's")
    return counter.counts()
