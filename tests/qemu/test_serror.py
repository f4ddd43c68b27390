# SPDX-License-Identifier: Apache-2.0
"""SErrors: errors that a bus reports late. A firmware at EL3 (el3_firmware.py) gives EL2 one as soon as it could be taken."""
import pytest

import el3_firmware as el3
from zvm_guests import GUESTS, assemble, good, say, wait_state
from zvm_machine import BUILD

GUEST, OTHER = 0x60000000, 0x60100000

# ESR_EL2: what Cortex-A55 says of a register without a clock, what Cortex-A76 says of it, what Cortex-A72 does; all is well.
UNCONTAINED, UNRECOVERABLE, OWN, CORRECTED = 0xbe000011, 0xbe000411, 0xbf000002, 0xbe001811


def access(esr, when, ticks=1):
    """Something that ends in an SError."""
    return (f"    ldr x0, ={el3.SERROR:#x}\n    ldr x1, ={esr:#x}\n    mov x2, #{when}\n    ldr x3, ={ticks}\n    smc #0\n")


TALK = "90: mov w0, #'.'\n    bl putc\n    b 90b\n"

GUESTS.update({
    "fails": access(UNCONTAINED, el3.AT_ONCE) + say("it went on\\r\\n") + "90: wfi\n    b 90b\n",
    "goes_on": access(CORRECTED, el3.AT_ONCE) + say("it went on\\r\\n") + "90: wfi\n    b 90b\n",
    # As long as it runs, nothing comes; it talks, and who listens runs then.
    "late": access(UNRECOVERABLE, el3.LATE) + TALK,
    "late_own": access(OWN, el3.LATE) + TALK,
    "late_off": access(UNCONTAINED, el3.LATE) + "    ldr x0, =0x84000002\n    hvc #0\n",
    # When it has long ended.
    "host": access(UNCONTAINED, el3.LATE, 20000000) + "    ldr x0, =0x84000008\n    hvc #0\n",
    "neighbour": say("here\\r\\n") + "90: b 90b\n",
})


def start(machine, where, name):
    """A machine of one CPU with that guest, which may call the firmware, and one that may not."""
    def vm(vm_name, at, more):
        return (f'{vm_name} {{ compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; kernel-reg = <0 {at:#x} 0 0x1000>; {more} '
                'devices { uart0 { compatible = "arm,pl011"; }; }; };')

    vms = vm("first", GUEST, f"smc-allow = <{el3.SERROR:#x}>;") + vm("second", OTHER, "")
    images = {el3.IMAGE: BUILD / "zvm_host.bin", GUEST: assemble(where, name), OTHER: assemble(where, "neighbour")}
    m = machine(None, command=el3.command(where, el3.host_tree(where, vms, 1), images, cpu=el3.EXACT_CPU, extra=el3.EXACT))
    m.wait_prompt()
    good(m, "zvm new -t first")
    return m


@pytest.mark.parametrize("name, esr, where", [("fails", UNCONTAINED, "PC 0x400[0-9a-f]+"), ("late", UNRECOVERABLE, "late"),
                                              ("late_own", OWN, "late"), ("late_off", UNCONTAINED, "late")])
def test_guest_crashes(machine, tmp_path, name, esr, where):
    """While it runs, when a host's thread takes its CPU, when it switches its vCPU off: the VM has crashed, with a line."""
    m = start(machine, tmp_path, name)
    # It may be run again, and crashes again.
    for _ in range(2):
        m.type("zvm run -n 0\rzvm look 0\r")
        m.expect(rf"vm 0 \(first\): crashed: SError \(syndrome {esr:#x}, {where}\)")
        m.type("\x18\r")
        m.wait_prompt()
        wait_state(m, 0, "crashed")
    good(m, "zvm delete -n 0")


def test_neighbour_lives(machine, tmp_path):
    """Two guests that never stop take turns on one CPU: the error of one is found before the other runs."""
    m = start(machine, tmp_path, "late")
    good(m, "zvm new -t second")
    good(m, "zvm run -n 1")
    m.type("zvm run -n 0\r")
    m.expect(r"vm 0 \(first\): crashed: SError")
    m.type("\r")
    m.wait_prompt()
    wait_state(m, 1, "running")
    wait_state(m, 0, "crashed")
    good(m, "zvm delete -f -n 1")


def test_corrected(machine, tmp_path):
    """Nothing is lost: a line, and the guest goes on."""
    m = start(machine, tmp_path, "goes_on")
    m.type("zvm run -n 0\r")
    m.expect(rf"vm 0 \(first\) vcpu 0: SError, corrected \(syndrome {CORRECTED:#x}\)")
    m.type("zvm look 0\r")
    m.expect("it went on")
    m.type("\x18")
    m.wait_prompt()
    wait_state(m, 0, "running")


def test_hosts_own(machine, tmp_path):
    """No guest is left that could have caused it: the host stops, and says what it was."""
    m = start(machine, tmp_path, "host")
    m.type("zvm run -n 0\r")
    m.expect(r"vm 0 \(first\): powered off")
    m.expect("FATAL: CPU exception")
    m.expect(rf"SError, ESR {UNCONTAINED:#x}")
    m.expect(r"system halted")
