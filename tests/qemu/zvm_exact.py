# SPDX-License-Identifier: Apache-2.0
"""Test guests (tests/guest) in VMs of exit_bench: the hypervisor with a main() that runs the VMs of its bundle one after
the other. No shell, no wall clock: under -icount a run is the same each time."""
import re
import struct

from zvm_guests import archive, compiled
from zvm_machine import BUILD, plain

OPTION = 32  # offset of guest_option in the image (tests/guest/lib/guest.ld)

DEFINITION = """/dts-v1/;
/ {{
	compatible = "zvm,vm-v1";
	os = "raw";
	vcpus = <{vcpus}>;
	memory-mib = <{mib}>;
	kernel = "{file}";
	kernel-load = <0x0 0x40000000>;
	{more}
	devices {{
		uart0 {{ compatible = "arm,pl011"; }};
		rtc {{ compatible = "arm,pl031"; }};
	}};
}};
"""


def image(name, *options):
    """A test guest's image, with its options set."""
    data = bytearray((BUILD / f"guest_{name}.bin").read_bytes())
    struct.pack_into(f"<{len(options)}Q", data, OPTION, *options)
    return bytes(data)


class Guest:
    """A VM: which guest, and how."""

    def __init__(self, name, vcpus=1, mib=16, options=(), more="", vm=None):
        self.name, self.vcpus, self.mib, self.options, self.more = name, vcpus, mib, options, more
        self.vm = vm or name

    def definition(self):
        """The source of its definition."""
        return DEFINITION.format(vcpus=self.vcpus, mib=self.mib, file=f"{self.vm}.bin", more=self.more)


def bundle(where, guests, plan=None):
    """A bundle of the VMs, in their order; with the lines that bench_host runs."""
    files = {} if plan is None else {"bench/plan": "\n".join(plan).encode()}
    for guest in guests:
        files[f"vms/{guest.vm}.dtb"] = compiled(where, guest.definition())
        files[f"{guest.vm}.bin"] = image(guest.name, *guest.options)
    return archive(where, files)


def run_all(machine, where, guests, smp, timeout=300):
    """Runs the VMs; {vm: what it printed}."""
    m = machine(BUILD / "exit_bench.bin", smp=smp, icount=True, initrd=bundle(where, guests))
    m.expect(r"HOST END", timeout=timeout)
    parts = re.split(r"HOST vm=(\w+) [^\n]*\n", plain(m.process.before))
    return dict(zip(parts[1::2], parts[2::2]))


def check(text):
    """A guest's own verdict must be good."""
    ends = re.findall(r"guest-test: (\d+) passed, (\d+) failed", text)
    failed = "\n".join(line for line in text.splitlines() if line.startswith("FAIL"))
    assert len(ends) == 1, f"the guest did not come to its end:\n{text[-3000:]}"
    assert ends[0][1] == "0" and not failed and int(ends[0][0]) > 0, failed or text[-3000:]
