# SPDX-License-Identifier: Apache-2.0
"""QEMU's gdb stub, spoken to directly: how many instructions a machine has executed when it comes to a function.

The function's first instruction is replaced by a read of the counter, in the memory of this one machine; a breakpoint behind
it stops the machine. Under -icount the counter is the number of instructions since reset. It is not read after the stop: QEMU's
virtual time goes on to the next timer while CPUs are stopped.
"""
import os
import socket
import struct
import subprocess
import tempfile
import time

from .machine import BenchError

RAM = 0x40000000            # QEMU's virt
PC = 32
X16 = 16
READ_COUNTER = 0xd53be030   # mrs x16, cntpct_el0: a register that any function may change at its entry
LIMIT = 600


class Stub:
    """A connection; commands as in gdb's manual, "Remote Protocol"."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + LIMIT
        while True:
            try:
                self.socket.connect(str(path))
                break
            except OSError as error:
                if time.monotonic() > end:
                    raise BenchError(f"no gdb stub: {error}") from error
                time.sleep(0.02)
        self.socket.settimeout(LIMIT)
        self.data = b""

    def __call__(self, command):
        """Its answer."""
        data = command.encode()
        self.socket.sendall(b"$" + data + b"#" + b"%02x" % (sum(data) & 0xff))
        while b"#" not in self.data or len(self.data) - self.data.index(b"#") < 3:
            part = self.socket.recv(4096)
            if not part:
                raise BenchError(f"the gdb stub closes after {command}")
            self.data += part
        packet, self.data = self.data.split(b"#", 1)
        self.data = self.data[2:]
        self.socket.sendall(b"+")
        return packet[packet.index(b"$") + 1:].decode()

    def register(self, number):
        """A general register, or PC."""
        return int.from_bytes(bytes.fromhex(self(f"p{number:x}")), "little")

    def write(self, address, word):
        """An instruction."""
        if self(f"M{address:x},4:{struct.pack('<I', word).hex()}") != "OK":
            raise BenchError("the gdb stub does not write memory")

    def step(self):
        """One instruction of the CPU that has stopped."""
        thread = self("?").split("thread:")[1].split(";")[0]
        return self(f"vCont;s:{thread}")


def _to_image(stub):
    """Steps over QEMU's own few instructions behind reset, into the image; its address, and how many they are."""
    at = stub.register(PC)
    for steps in range(64):
        if not RAM <= at < RAM + 0x1000:
            return at, steps
        stub.step()
        at = stub.register(PC)
    raise BenchError("the image is not started")


def _symbols(elf):
    """{name: address}"""
    text = subprocess.run(["aarch64-linux-gnu-nm", elf], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1]: int(line.split()[0], 16) for line in text.splitlines() if line[0] != " "}


def instructions_until(machine, image, function):
    """(before the image's first instruction, when a CPU first comes to a function, what the console has printed by then): of all
    CPUs, since reset. `machine` is a Machine that has not run; `image` the path of its image, which has its ELF beside it."""
    place = _symbols(image.with_suffix(".elf"))
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "gdb")
        options = ["-S", "-chardev", f"socket,path={path},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb"]
        command = machine.command + ([] if "--" in machine.command else ["--"]) + options
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as qemu:
            try:
                stub = Stub(path)
                # Registers have their numbers once they were asked for.
                stub("qXfer:features:read:target.xml:0,ffb")
                base, steps = _to_image(stub)
                at = base + place[function] - place["z_image_start"]
                stub.write(at, READ_COUNTER)
                if stub(f"Z1,{at + 4:x},4") != "OK" or "T05" not in stub("c") or stub.register(PC) != at + 4:
                    raise BenchError(f"the machine does not come to {function}()")
                os.set_blocking(qemu.stdout.fileno(), False)
                printed = qemu.stdout.read() or b""
                return steps, stub.register(X16), printed.decode(errors="replace")
            finally:
                qemu.kill()
