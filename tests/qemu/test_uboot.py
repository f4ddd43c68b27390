# SPDX-License-Identifier: Apache-2.0
"""Through real U-Boot (Debian's u-boot-qemu), started at EL2, as on a board."""
from boot_stub import turns
from test_boot import online_cpus
from zvm_guests import assemble, good
from zvm_machine import BUILD

UBOOT = "/usr/lib/u-boot/qemu_arm64/u-boot.bin"
IMAGE = BUILD / "zvm_host.bin"


def stop_autoboot(m):
    """To U-Boot's prompt. It waits two seconds for a key, which is long in advance when that is there before it looks."""
    m.expect(r"U-Boot 20\d\d")
    m.type(" ")
    m.expect_text("Hit any key to stop autoboot")
    m.type(" ")
    m.expect("=> ")


def uboot(machine, *extra, smp=4):
    m = machine(None, command=[
        "qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3", "-cpu", "max", "-smp", str(smp), "-m", "1G",
        "-nographic", "-nic", "none", *turns(smp), "-bios", UBOOT, *extra])
    stop_autoboot(m)
    return m


def test_booti_from_ram(machine):
    m = uboot(machine, "-device", f"loader,file={IMAGE},addr=0x50000000,force-raw=on")
    m.type("booti 0x50000000 - ${fdtcontroladdr}\r")
    m.wait_prompt()
    assert online_cpus(m) == 4
    m.type("poweroff\r")
    m.wait_exit()


# Debian's U-Boot has no `fdt apply`; these do the same by hand.
DEFINITION = """
fdt addr ${fdtcontroladdr}
fdt move ${fdtcontroladdr} 0x5a000000 0x100000
fdt mknode / zvm
fdt mknode /zvm vms
fdt mknode /zvm/vms hello
fdt set /zvm/vms/hello compatible "zvm,vm-v1"
fdt set /zvm/vms/hello os raw
fdt set /zvm/vms/hello memory-mib <2>
fdt set /zvm/vms/hello kernel-reg <0x0 0x60000000 0x0 0x00001000>
fdt set /zvm/vms/hello autostart
fdt mknode /zvm/vms/hello devices
fdt mknode /zvm/vms/hello/devices uart0
fdt set /zvm/vms/hello/devices/uart0 compatible "arm,pl011"
"""


def test_the_boot_loader_defines_a_vm(machine, tmp_path):
    """It alone says what VMs there are, in the devicetree that it hands over: no bundle, no initrd."""
    guest = assemble(tmp_path, "idle")
    m = uboot(machine, "-device", f"loader,file={IMAGE},addr=0x50000000,force-raw=on",
              "-device", f"loader,file={guest},addr=0x60000000,force-raw=on", smp=2)
    for line in DEFINITION.strip().splitlines():
        m.type(line + "\r")
        m.expect("=> ")
    m.type("booti 0x50000000 - 0x5a000000\r")
    m.expect_text("vm 0 (hello): started")
    m.type("\r")
    m.wait_prompt()
    m.type("zvm look 0\r")
    m.expect_text("hello from the guest")
    m.type("\x18")
    m.wait_prompt()
    good(m, "zvm delete -f 0")
