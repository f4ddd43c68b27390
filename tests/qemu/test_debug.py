# SPDX-License-Identifier: Apache-2.0
"""scripts/gdb/zvm.py: gdb at QEMU's stub knows threads, VMs, vCPUs and where a guest is."""
import re
import subprocess

import pytest

from test_uboot import IMAGE, uboot
from zvm_guests import ask_until, assemble, command, good, wait_state
from zvm_machine import BUILD, LIMIT, TOP, Machine, tool

pytestmark = pytest.mark.xdist_group("debug")

# The RTOS, which waits most of the time, and one that never does.
RTOS = """/dts-v1/;
/ {
	compatible = "zvm,vm-v1";
	os = "zephyr";
	memory-mib = <16>;
	kernel = "rtos.bin";
	devices { uart0 { compatible = "arm,pl011"; }; };
};
"""
SPIN = RTOS.replace("rtos.bin", "spin.bin").replace('"zephyr"', '"raw"')


def gdb(socket, *commands):
    """What gdb prints for these commands, after it has connected."""
    line = ["gdb-multiarch", "-batch", "-nx", "-ex", "set confirm off", "-ex", "set pagination off", "-x",
            str(TOP / "scripts/gdb/zvm.py"), "-ex", f"target remote {socket}"]
    for each in commands:
        line += ["-ex", each]
    # Its own errors end a batch only at the end, and say so there.
    done = subprocess.run([*line, str(BUILD / "zvm_host.elf")], capture_output=True, text=True, timeout=LIMIT,
                          check=False)
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def debugged(tmp_path_factory):
    """(machine, ask): two VMs run on two CPUs; ask(commands) is gdb's answer."""
    where = tmp_path_factory.mktemp("debug")
    (where / "rtos.bin").write_bytes((BUILD / "rtos.bin").read_bytes())
    assemble(where, "spin")
    for name, source in (("rtos", RTOS), ("spin", SPIN)):
        (where / f"{name}.dts").write_text(source, encoding="utf-8")
    tool(TOP / "scripts/mkbundle", where / "bundle.cpio", where / "rtos.dts", where / "spin.dts")
    socket = where / "gdb"
    with Machine(BUILD / "zvm_host.bin", name="test_debug", smp=2, initrd=where / "bundle.cpio",
                 extra=["-chardev", f"socket,path={socket},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb"]) as m:
        m.wait_prompt()
        for number, kind in enumerate(("rtos", "spin")):
            good(m, f"zvm new -t {kind}")
            good(m, f"zvm run -n {number}")
            wait_state(m, number, "running")
        yield m, lambda *commands: gdb(socket, *commands)


def in_guest(ask, command, pattern):
    """The answer matches when gdb has stopped the machine while that vCPU was in its guest: mostly."""
    text = ask_until(lambda: ask(command), lambda text: re.search(pattern, text))
    assert re.search(pattern, text), text


def test_threads_are_those_of_the_shell(debugged):
    m, ask = debugged
    shown = command(m, "kernel threads")[1]
    names = {line[:18].rstrip() for line in shown.splitlines()[1:] if line.strip()}
    listed = {line[:18].rstrip() for line in ask("zvm threads").partition("WHERE\n")[2].splitlines() if "0x" in line}
    assert names and names == listed


def test_backtrace_of_a_thread_that_waits(debugged):
    text = debugged[1]("zvm backtrace shell")
    assert re.search(r"#\d+ +0x\w+ shell_thread \+ \d+ \(shell/shell\.c:\d+\)", text), text
    assert "z_thread_start" in text


def test_vms_and_vcpus(debugged):
    text = debugged[1]("zvm vms")
    assert re.search(r"VM 0  rtos  running  RAM 0x40000000 to 0x40ffffff, on the host at 0x\w+", text), text
    assert re.search(r"VM 1  spin  running", text), text
    in_guest(debugged[1], "zvm vms", r"vCPU 0 .* EL1 in guest, context in CPU \d")


def test_backtrace_in_a_guest_with_its_symbols(debugged):
    """The RTOS is linked for 2 MiB above where it runs; its own functions are named."""
    text = debugged[1](f"add-symbol-file {BUILD}/rtos.elf -o -0x200000", "zvm guest 0")
    assert re.search(r"#\d+ +0x\w+ z_thread_start \+ \d+", text), text


def test_a_guest_that_runs_is_where_its_cpu_is(debugged):
    in_guest(debugged[1], "zvm guest 1.0", r"vCPU 1\.0: EL1 in guest, context in CPU \d\n#0 +0x0000000040000\w{3}\b")


@pytest.mark.parametrize("line, answer", [
    ("zvm guest 7", "zvm guest: there is no VM 7; 'zvm vms' lists them"),
    ("zvm guest 0.3", "zvm guest: VM 0 has vCPUs 0 to 0"),
    ("zvm guest x", "zvm guest: 'x': a VM and a vCPU are wanted, as in 0.1"),
    ("zvm guest", "zvm guest: a VM and a vCPU are wanted, as in 0.1"),
    ("zvm backtrace nobody", "zvm backtrace: there is no thread 'nobody'; 'zvm threads' lists them"),
    ("zvm relocate here", "zvm relocate: 'here' is no address"),
])
def test_wrong_commands_are_answered_in_a_line(debugged, line, answer):
    assert answer in debugged[1](line)


def test_without_a_connection():
    done = subprocess.run(["gdb-multiarch", "-batch", "-nx", "-x", TOP / "scripts/gdb/zvm.py", "-ex", "zvm threads"],
                          capture_output=True, text=True, timeout=LIMIT, check=False)
    assert "zvm threads: not connected: 'target remote :1234' after 'make debugserver'" in done.stderr


def test_loaded_elsewhere(machine, tmp_path):
    """U-Boot puts it where it was told; the symbols follow."""
    socket = tmp_path / "gdb"
    m = uboot(machine, "-device", f"loader,file={IMAGE},addr=0x50000000,force-raw=on", "-chardev",
              f"socket,path={socket},server=on,wait=off,id=gdb", "-gdb", "chardev:gdb")
    m.type("booti 0x50000000 - ${fdtcontroladdr}\r")
    m.wait_prompt()
    text = gdb(socket, "zvm relocate", "zvm threads")
    assert "ZVM's image begins at 0x50000000" in text, text
    assert re.search(r"(?m)^shell +0x", text), text
