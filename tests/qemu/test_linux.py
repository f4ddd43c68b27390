# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux as a guest, used as a person would use it."""
import hashlib
import re

import pytest

from zvm_guests import ONE_THREAD, good, state
from zvm_linux import BOOT, Linux, bundle, debs
from zvm_machine import BUILD, plain


@pytest.fixture(scope="session")
def bundles(tmp_path_factory):
    """bundles(kernel) is the path of a bundle with it."""
    made = {}

    def make(kernel="default"):
        if kernel not in made:
            made[kernel] = bundle(tmp_path_factory.mktemp("bundle"), kernel)
        return made[kernel]

    yield make
    # pytest keeps the directories of several runs, and these are large.
    for path in made.values():
        path.unlink()


@pytest.fixture
def host(machine, bundles):
    """host(smp, kernel) is a ZVM at its prompt."""

    def start(smp, kernel="default", mem="1G"):
        m = machine(BUILD / "zvm_host.bin", smp=smp, mem=mem, initrd=bundles(kernel), extra=ONE_THREAD)
        m.wait_prompt()
        return m

    return start


def script(linux, vcpus):
    """A script of commands: what a system is made of works."""
    assert linux.sh("nproc").strip() == str(vcpus)
    # Pipes and many processes, files, floating point, a clock that goes on.
    assert linux.sh("for i in $(seq 200); do echo $i | cat; done | tail -n 1").strip() == "200"
    linux.sh("seq 20000 > /tmp/a; sort -n /tmp/a | cmp - /tmp/a; rm /tmp/a")
    assert linux.sh("echo | awk '{ for (i = 1; i <= 1000; i++) s += 1 / i; print s }'").strip() == "7.48547"
    uptimes = linux.sh("cut -d ' ' -f 1 /proc/uptime; sleep 1; cut -d ' ' -f 1 /proc/uptime").split()
    before, after = (float(x) for x in uptimes)
    assert after - before >= 1
    # The tests that come with it.
    assert re.search(r"T: \d .* C: +100 ", linux.sh(f"cyclictest -q -m -p 80 -i 2000 -l 100 -t {vcpus}"))
    text = linux.sh(f"stress-ng --cpu {vcpus} --vm 1 --vm-bytes 8M --timeout 2 --metrics-brief 2>&1")
    assert "successful run completed" in text
    # Nobody complained.
    assert linux.sh("dmesg | grep -ciE 'bug:|oops|rcu.*stall|lockup|unexpected' | grep -x 0").strip() == "0"


@pytest.mark.parametrize("vcpus, cpus", [(1, 1), (2, 1), (4, 1), (4, 2), (1, 4), (4, 4)])
def test_vcpus_on_cpus(host, vcpus, cpus):
    """1, 2 and 4 vCPUs on 1, 2 and 4 CPUs: boots, runs a script of commands, powers off."""
    m = host(cpus)
    linux = Linux(m, f"-c {vcpus}")
    linux.run()
    linux.login()
    script(linux, vcpus)
    linux.poweroff()
    good(m, f"zvm delete {linux.vm}")
    assert state(m, linux.vm) is None


# The other tests run the machine's release's own: 6.1 of Debian 12, or 6.12.
OTHER = "6.12" if debs.machine_codename() == "bookworm" else "6.1"


@pytest.mark.parametrize("kernel", [OTHER, "6.1-rt"])
def test_kernels(host, kernel):
    """Debian's other kernel, and the PREEMPT_RT flavour."""
    m = host(2, kernel, "2G")
    linux = Linux(m, "-m 512")
    linux.run()
    linux.login()
    number, _, flavour = kernel.partition("-")
    assert re.match(rf"{re.escape(number)}\.\d.*-{flavour or 'cloud'}", linux.sh("uname -r"))
    if flavour == "rt":
        assert linux.sh("cat /sys/kernel/realtime").strip() == "1"
    assert re.search(r"T: 0 .* C: +100 .*\nT: 1 ", linux.sh("cyclictest -q -m -p 80 -i 2000 -l 100 -t 2"))
    linux.poweroff()


def uptime(m):
    """The host's, in seconds."""
    hours, minutes, seconds = re.search(r"(\d+):(\d+):(\d+\.\d+)", good(m, "uptime")).groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def guest_uptime(linux):
    return float(linux.sh("cut -d ' ' -f 1 /proc/uptime"))


def test_reboot_and_pause(host):
    """It reboots, and its clock stands still while it is paused."""
    m = host(2)
    linux = Linux(m)
    linux.run()
    linux.login()
    linux.sh("touch /before")
    linux.reboot()
    linux.sh("[ ! -e /before ]")
    linux.leave()

    host_before = uptime(m)
    linux.look()
    guest_before = guest_uptime(linux)
    linux.leave()
    good(m, f"zvm pause {linux.vm}")
    assert state(m, linux.vm) == "paused"
    paused = uptime(m)
    while uptime(m) < paused + 5:
        pass
    resumed = uptime(m)
    good(m, f"zvm resume {linux.vm}")
    linux.look()
    guest = guest_uptime(linux) - guest_before
    linux.leave()
    assert 0 < guest <= uptime(m) - host_before - (resumed - paused)
    linux.look()
    # The clock on the wall went on. It is read last: what it says is not too little.
    system, rtc = (int(x) for x in linux.sh("date +%s; cat /sys/class/rtc/rtc0/since_epoch").split())
    assert rtc >= system + int(resumed - paused) - 2
    linux.poweroff()


def test_two_linux_and_two_rtos(host):
    """Side by side, each with a console of its own."""
    m = host(4, mem="2G")
    guests = [Linux(m), Linux(m, "-c 1")]
    rtos = [int(re.match(r"vm (\d+): ", good(m, "zvm new -t zephyr")).group(1)) for _ in range(2)]
    for vm in [g.vm for g in guests] + rtos:
        good(m, f"zvm run {vm}")
    for vm in rtos:
        m.type(f"zvm look {vm}\r")
        m.expect_text("rtos:~# ")
        m.type("demo pingpong 10\r")
        m.expect_text("10 round trips between two threads")
        m.type("\x18")
        m.wait_prompt()
    for linux in guests:
        linux.look()
        linux.login()
        linux.sh(f"hostname linux-{linux.vm} && hostname > /name && hostname linux")
        linux.leave()
    for linux in guests:
        linux.look()
        assert linux.sh("cat /name").strip() == f"linux-{linux.vm}"
        linux.leave()
    for vm in [g.vm for g in guests] + rtos:
        assert state(m, vm) == "running"
        good(m, f"zvm delete -f {vm}")
    assert re.search("there is no VM", good(m, "zvm info"))


def test_floods(host):
    """Much output, much input, and coming and going meanwhile: nothing is lost or out of order."""
    m = host(2)
    linux = Linux(m)
    linux.run()
    linux.login()

    numbers = re.findall(r"\d+", linux.sh("seq 4000 | sed 's,^,number ,'", 300))
    assert numbers == [str(n) for n in range(1, 4001)]

    # Pasted into a program.
    text = "".join(f"line {n} of what is pasted\n" for n in range(1500))
    m.type("stty -echo; cat > /tmp/in; stty echo; md5sum /tmp/in\r")
    m.expect(r"md5sum /tmp/in\r")
    m.paste(text + "\x04")
    m.expect(hashlib.md5(text.encode()).hexdigest(), 300)
    m.expect(r"# \x1b\[6n")

    # All of it fits into the console's ring, so that nothing may be missing, whoever looks when.
    m.type("for i in $(seq 2500); do echo count $i; done; echo all''done\r")
    seen = ""
    for _ in range(20):
        seen += linux.leave()
        linux.look()
    m.expect_text("alldone", BOOT)
    seen = re.sub(r"-- vm [^\n]* --|\s", "", seen + plain(m.process.before))
    assert "".join(f"count{n}" for n in range(1, 2501)) in seen
    m.expect(r"# \x1b\[6n")
    linux.poweroff()
