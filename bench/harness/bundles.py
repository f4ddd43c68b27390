# SPDX-License-Identifier: Apache-2.0
"""Bundles for the VMs of a scenario: scripts/mkbundle over definitions that are made up here."""
import pathlib
import shutil
import struct
import subprocess

from .machine import TOP, BenchError

# Offset of guest_option in a test guest's image (tests/guest/lib/guest.ld).
OPTION = 32
VM = """/dts-v1/;
/ {{
	compatible = "zvm,vm-v1";
	os = "{os}";
	vcpus = <{vcpus}>;
	memory-mib = <{memory}>;
	kernel = "{kernel}";
	{more}
	devices {{
		uart0 {{ compatible = "arm,pl011"; }};
	}};
}};
"""


def definition(kernel, vcpus=1, memory=16, os="zephyr", more=""):
    """The usual one: a kernel, a UART, and further properties."""
    return VM.format(kernel=kernel, vcpus=vcpus, memory=memory, os=os, more=more)


def with_options(image, *options):
    """The bytes of a test guest that is told what to do, by up to three numbers (guest_option of tests/guest/lib)."""
    data = bytearray(pathlib.Path(image).read_bytes())
    struct.pack_into("<3Q", data, OPTION, *options, *[0] * (3 - len(options)))
    return bytes(data)


def bundle(where, vms, files=None, name="bundle.cpio", plan=None):
    """where/name with the definitions {VM's name: devicetree source} and the files that these name, {path in the bundle:
    path or bytes}. Bundles of one directory share its files. plan: the lines that bench_host runs."""
    where = pathlib.Path(where)
    where.mkdir(parents=True, exist_ok=True)
    files = dict(files or {})
    if plan is not None:
        # mkbundle packs what definitions name: a VM that nobody makes.
        vms = {**vms, "plan": definition("bench/plan", os="raw")}
        files["bench/plan"] = plan.encode()
    for inside, source in files.items():
        place = where / inside
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, bytes):
            place.write_bytes(source)
        elif pathlib.Path(source).resolve() != place.resolve():
            shutil.copyfile(source, place)
    sources = []
    for vm, text in vms.items():
        sources.append(where / f"{vm}.dts")
        sources[-1].write_text(text, encoding="utf-8")
    done = subprocess.run([TOP / "scripts/mkbundle", where / name, *sources], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise BenchError(f"the bundle cannot be made: {done.stdout.strip()}")
    return where / name
