# SPDX-License-Identifier: Apache-2.0
"""Devicetrees that say what `virt` is in the way other boards say it, and machines with CPUs as other boards have them."""
import re

import boot_stub
from test_boot import online_cpus
from zvm_guests import ONE_THREAD
from zvm_machine import BUILD

IMAGE = BUILD / "zvm_host.bin"


def start(machine, tmp_path, devicetree, edit, smp=2, tree_smp=None):
    """Boots with an edited devicetree, of a machine with `tree_smp` CPUs."""
    blob = devicetree(smp=tree_smp or smp, edit=edit)
    args = boot_stub.loader_args(tmp_path, IMAGE, boot_stub.DTB, blobs=[(blob, boot_stub.DTB)])
    return machine(None, command=boot_stub.command([*args, *ONE_THREAD], smp=smp))


def four_cells(source):
    """Interrupts of the GIC with a fourth cell, as boards with PPIs of several kinds of CPUs have."""
    def longer(match):
        cells = match[1].split()
        assert len(cells) % 3 == 0
        return f"interrupts = <{' '.join(' '.join(cells[i:i + 3]) + ' 0x00' for i in range(0, len(cells), 3))}>;"

    source, count = re.subn(r"\binterrupts = <([^>]*)>;", longer, source)
    assert count > 3
    return re.sub(r"(intc@8000000 \{.*?#interrupt-cells = )<0x03>", r"\1<0x04>", source, count=1, flags=re.S)


def behind_a_map(source):
    """The console on a bus whose interrupts are numbers of its own, and nobody says that it is the console."""
    gic = re.search(r"\n\tinterrupt-parent = <(\w+)>;", source)[1]
    uart = re.search(r"\tpl011@9000000 \{.*?\n\t\};\n", source, re.S)[0]
    moved = re.sub(r"\binterrupts = <[^>]*>;", "interrupts = <0x29>;", uart)
    assert moved != uart
    source = re.sub(r"\n[^\n]*stdout-path = [^\n]*", "", source)
    return source.replace(uart, f"""
    bus {{
        compatible = "simple-bus";
        #address-cells = <2>;
        #size-cells = <2>;
        #interrupt-cells = <1>;
        ranges = <0x0 0x0 0x0 0x08000000 0x0 0x04000000>;
        interrupt-map-mask = <0x0 0x0 0x3f>;
        interrupt-map = <0 0 0x28 {gic} 0 0 0 9 4 0>, <0 0 0x29 {gic} 0 0 0 1 4 0>;
        inner {{
            compatible = "simple-bus";
            #address-cells = <2>;
            #size-cells = <2>;
            #interrupt-cells = <1>;
            ranges;
            {moved.replace("reg = <0x00 0x9000000", "reg = <0x00 0x1000000")}
        }};
    }};
""")


def test_four_cells_and_a_map_before_the_console(machine, tmp_path, devicetree):
    m = start(machine, tmp_path, devicetree, lambda source: behind_a_map(four_cells(source)))
    said = m.wait_prompt()
    assert "polled" not in said and "devicetree" not in said
    assert re.search(r"pl011@9000000\s+pl011\s+ready", m.run("device list"))
    assert online_cpus(m) == 2


def test_devices_of_one_name(machine, tmp_path, devicetree):
    """On buses of their own: as much of the path as tells them apart."""
    def edit(source):
        rtc = re.search(r"\tpl031@9010000 \{.*?\n\t\};\n", source, re.S)[0]
        again = re.sub(r"\tphandle = [^\n]*\n", "", rtc)
        bus = '\tbus-%s {\ncompatible = "simple-bus"; #address-cells = <2>; #size-cells = <2>; ranges;\n%s};\n'
        return source.replace(rtc, rtc + bus % ("a", again) + bus % ("b", again))

    m = start(machine, tmp_path, devicetree, edit)
    m.wait_prompt()
    text = m.run("device list")
    assert re.findall(r"\S*pl031@9010000", text) == ["pl031@9010000", "bus-a/pl031@9010000", "bus-b/pl031@9010000"], text


def test_cpus_of_two_clusters(machine, tmp_path, devicetree):
    """Affinity 1 counts, as on an FVP; SGIs go to both."""
    def edit(source):
        source = re.sub(r"(?m)^\t\tcpu-map \{.*?^\t\t\};\n", "", source, flags=re.S)
        return re.sub(r"(?m)^\t\tcpu@(?:[1-9]|1[0-3]) \{.*?^\t\t\};\n", "", source, flags=re.S)

    m = start(machine, tmp_path, devicetree, edit, smp=20)
    m.wait_prompt()
    text = m.run("kernel cpus")
    assert len(re.findall(r"\bonline\b", text)) == 7
    for mpidr in ("0", "e", "f", "100", "101", "102", "103"):
        assert re.search(rf"(?m)^ +\d+  {mpidr} .*online", text), text
    m.type("poweroff\r")
    m.wait_exit()


def test_cpus_that_are_not_there(machine, tmp_path, devicetree):
    """A devicetree for the larger model: a line for each, and on without them."""
    m = start(machine, tmp_path, devicetree, lambda source: source.replace("linux,dummy-virt", "example,virt"), smp=2, tree_smp=4)
    said = m.wait_prompt()
    assert re.search(r"CPU 2 \(MPIDR 0x2\) stays off: PSCI INVALID_PARAMETERS", said)
    assert re.search(r"CPU 3 \(MPIDR 0x3\) stays off: PSCI INVALID_PARAMETERS", said)
    assert online_cpus(m) == 2
