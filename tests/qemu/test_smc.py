# SPDX-License-Identifier: Apache-2.0
"""Calls to the machine's firmware: PSCI by a firmware at EL3 that is not QEMU's, and what a definition lets a guest call."""
import pytest

import el3_firmware as el3
from el3_firmware import OTHER, SERVICE, host_tree

from test_boot import online_cpus
from zvm_guests import GUESTS, NUMBER, ONE_THREAD, assemble, bad, good, say
from zvm_machine import BUILD

IMAGE = BUILD / "zvm_host.bin"
GUEST, RTOS = 0x60000000, 0x61000000


def call(how, function):
    """The guest's call with x1 to x17 = 1 to 17; what came back in x0, x1 and x3, and changes of x4 to x17."""
    arguments = "".join(f"    mov x{n}, #{n}\n" for n in range(1, 18))
    changed = "    mov x28, #0\n" + "".join(f"    eor x{n}, x{n}, #0\n    sub x{n}, x{n}, #{n}\n    orr x28, x28, x{n}\n"
                                            for n in range(4, 18)).replace("    eor x", "    // x")
    shown = "".join(f"    mov x22, x{n}\n{NUMBER}    mov w0, #' '\n    bl putc\n" for n in (24, 25, 27, 28))
    return (f"    ldr x0, ={function:#x}\n{arguments}    {how} #0\n    mov x24, x0\n    mov x25, x1\n    mov x27, x3\n"
            f"{changed}{shown}{say('.')}")


# A thousand calls more, then what the host says to those that are not allowed.
GUESTS["smc"] = (call("smc", SERVICE) + call("smc", OTHER) + call("hvc", SERVICE) + """
    mov x25, #1000
    mov x26, #0
85: ldr w0, =""" + hex(SERVICE) + """
    mov x1, #1
    smc #0
    add x26, x26, x3
    subs x25, x25, #1
    b.ne 85b
    mov x22, x26
""" + NUMBER + say("!\\r\\n") + "90: wfi\n    b 90b\n")

VM = f"""
	smc {{
		compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; smc-allow = <{SERVICE:#x}>;
		kernel-reg = <0 {GUEST:#x} 0 0x1000>; devices {{ uart0 {{ compatible = "arm,pl011"; }}; }};
	}};
	rtos {{
		compatible = "zvm,vm-v1"; os = "zephyr"; memory-mib = <16>; vcpus = <1>;
		kernel-reg = <0 {RTOS:#x} 0 {(BUILD / "rtos.bin").stat().st_size:#x}>; devices {{ uart0 {{ compatible = "arm,pl011"; }}; }};
	}};
	psci {{
		compatible = "zvm,vm-v1"; os = "raw"; memory-mib = <2>; smc-allow = <0xc4000003>;
		kernel-reg = <0 {GUEST:#x} 0 0x1000>;
	}};
"""


def guest_says(m):
    """The four lines' worth of numbers."""
    good(m, "zvm new -t smc")
    good(m, "zvm run 0")
    m.type("zvm look 0\r")
    return m.expect(r"((?:[0-9a-f ]+\.){3})([0-9a-f]{8})!").groups()


@pytest.mark.parametrize("smp", [1, 2])
def test_firmware_at_el3(machine, tmp_path, smp):
    """CPUs start through it, interrupts come as its GIC has them; the service answers what it is allowed to."""
    image = assemble(tmp_path, "smc")
    m = machine(None, command=el3.command(tmp_path, host_tree(tmp_path, VM, smp), {el3.IMAGE: IMAGE, GUEST: image, RTOS: BUILD / "rtos.bin"},
                                          smp, extra=ONE_THREAD))
    m.wait_prompt()
    assert online_cpus(m) == smp
    bad(m, "zvm new -t psci", "host devicetree: /zvm/vms/psci: smc-allow: 0xc4000003: owner 4 is not for guests")
    calls, sum_of_x3 = guest_says(m)
    assert calls.split(".") == [
        # 1 + ... + 7; nothing of the guest's or the host's in x8 to x17; x4 to x17 as they were.
        "0000001c 00000000 ddeeff00 00000000 ",
        "ffffffff 00000001 00000003 00000000 ",
        "ffffffff 00000001 00000003 00000000 ", ""]
    assert int(sum_of_x3, 16) == 1000 * 0x99aabbccddeeff00 & 0xffffffff
    m.type("\x18")
    m.wait_prompt()
    # A guest that lives on its interrupts.
    good(m, "zvm new -t rtos")
    good(m, "zvm run 1")
    m.type("zvm look 1\r")
    m.expect("rtos:~# ")
    m.type("kernel threads\r")
    m.expect("idle")
    m.type("\x18")
    m.wait_prompt()


def test_no_el3(machine, tmp_path):
    """QEMU answers PSCI itself where there is no EL3: an SMC of another kind would be undefined. Refused."""
    image = assemble(tmp_path, "smc")
    m = machine(IMAGE, smp=1, extra=["-dtb", host_tree(tmp_path, VM, 1, psci=False, machine="virt,virtualization=on,gic-version=3"),
                                     "-device", f"loader,file={image},addr={GUEST:#x},force-raw=on"])
    m.wait_prompt()
    bad(m, "zvm new -t smc", "host devicetree: /zvm/vms/smc: smc-allow: this machine has no firmware for it: no EL3, or no PSCI")


def test_firmware_without_the_service(machine, tmp_path):
    """QEMU's PSCI with an EL3 that nobody runs at: the allowed call is made, and answered that there is none."""
    image = assemble(tmp_path, "smc")
    m = machine(None, command=[
        "qemu-system-aarch64", "-M", el3.MACHINE, "-cpu", "max", "-smp", "1", "-m", "1G", "-nographic", "-nic", "none",
        "-kernel", str(IMAGE), "-dtb", str(host_tree(tmp_path, VM, 1, psci=False)),
        "-device", f"loader,file={image},addr={GUEST:#x},force-raw=on"])
    m.wait_prompt()
    calls, _ = guest_says(m)
    assert calls.split(".")[0].startswith("ffffffff ")
