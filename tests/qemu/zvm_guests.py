# SPDX-License-Identifier: Apache-2.0
"""Guests of a few instructions, bundles of them, and ways to run commands, for the tests of the `zvm` command."""
import pathlib
import re
import subprocess
import time

from zvm_machine import LIMIT, plain, tool

# The guest's machine: UART, where the image goes. x20 is the UART.
START = """
    .text
    .global _start
_start:
    ldr x20, =0x09000000
"""

PUTC = """
// x0: the byte
putc:
1:  ldr w1, [x20, #0x18]
    tbnz w1, #5, 1b
    str w0, [x20]
    ret
puts: // x19: text
    mov x21, x30
2:  ldrb w0, [x19], #1
    cbz w0, 3f
    bl putc
    b 2b
3:  mov x30, x21
    ret
"""


def say(text):
    """Instructions that print a text."""
    say.count += 1
    return f"""
    adr x19, 900f
    bl puts
    b 901f
900: .asciz "{text}"
    .balign 4
901:
"""


say.count = 0

WAIT = "90: wfi\n    b 90b\n"
OFF = "    ldr x0, =0x84000008\n    hvc #0\n"
RESET = "    ldr x0, =0x84000009\n    hvc #0\n"

# Starts vCPUs 1 to 3; all go on with what follows, a little later.
# Adds up what is in memory from x22 to x23, and writes over it. Goes on if that was nothing, else at 96.
SCAN = """
    mov x24, #0
95: ldr x0, [x22]
    orr x24, x24, x0
    str x22, [x22], #8
    cmp x22, x23
    b.lo 95b
    cbnz x24, 96f
"""
SMP = """
    mov x28, #1
95: ldr x0, =0xc4000003
    mov x1, x28
    adr x2, 96f
    mov x3, #0
    hvc #0
    add x28, x28, #1
    cmp x28, #4
    b.lo 95b
96: ldr x25, =2000
97: subs x25, x25, #1
    b.ne 97b
"""

# Prints the lower half of x22 in hexadecimal digits.
NUMBER = """
    mov x23, #28
92: lsr x0, x22, x23
    and x0, x0, #15
    cmp x0, #10
    add x1, x0, #'0'
    add x2, x0, #('a' - 10)
    csel x0, x1, x2, lo
    bl putc
    subs x23, x23, #4
    b.pl 92b
"""

GUESTS = {
    # Says hello and waits for ever.
    "idle": say("hello from the guest\\r\\n") + WAIT,
    # Leaves a line without its end, and the colour red.
    "partial": say("\\033[31mname: ") + WAIT,
    # Never says anything, never stops.
    "spin": "90: b 90b\n",
    "off": say("good night\\r\\n") + OFF,
    "reset": say("again\\r\\n") + RESET,
    # Runs where there is nothing, with nothing to catch it.
    "crash": say("now\\r\\n") + "    ldr x0, =0x20000000\n    br x0\n",
    # Lines of 64 bytes, at full speed, for ever: a number and a filling.
    "flood": """
    mov x22, #0
91:
""" + NUMBER + say(":0123456789012345678901234567890123456789012345678901\\r\\n") + """
    add x22, x22, #1
    b 91b
""",
    # All of four vCPUs want the same at about the same time.
    "allreset": SMP + RESET,
    "alloff": SMP + OFF,
    # Whether there is anything in its memory that it has not put there; then it puts something there.
    "memory": """
    ldr x22, =0x40010000
    ldr x23, =0x40180000
""" + SCAN + say("memory is clear\\r\\n") + WAIT + "96:\n" + say("memory is not clear\\r\\n") + WAIT,
    # Sends back what it gets.
    "echo": say("ready\\r\\n") + """
93: ldr w1, [x20, #0x18]
    tbnz w1, #4, 93b
    ldr w24, [x20]
    and w24, w24, #0xff
    mov w0, w24
    bl putc
    b 93b
""",
    # A byte every so often: reads slower than anybody types.
    "slow": say("ready\\r\\n") + """
93: ldr w1, [x20, #0x18]
    tbnz w1, #4, 93b
    ldr w0, [x20]
    and w0, w0, #0xff
    bl putc
    ldr x25, =20000
94: subs x25, x25, #1
    b.ne 94b
    b 93b
""",
    # Prints the virtual counter in milliseconds whenever it is sent a byte.
    "clock": say("ready\\r\\n") + """
93: ldr w1, [x20, #0x18]
    tbnz w1, #4, 93b
    ldr w0, [x20]
    isb
    mrs x22, cntvct_el0
    mrs x24, cntfrq_el0
    mov x25, #1000
    mul x22, x22, x25
    udiv x22, x22, x24
""" + NUMBER + say(" ms\\r\\n") + "    b 93b\n",
}

DEFINITION = """/dts-v1/;
/ {{
	compatible = "zvm,vm-v1";
	os = "{os}";
	vcpus = <{vcpus}>;
	memory-mib = <{mib}>;
	kernel = "{kernel}";
	{more}
	devices {{
		uart0 {{ compatible = "arm,pl011"; }};
	}};
}};
"""


def assemble(where, name, code=None):
    """The image of a guest, one of the above or that."""
    source = where / f"{name}.S"
    source.write_text(START + (code or GUESTS[name]) + "\n    .ltorg\n" + PUTC + "\n    .balign 8\n")
    tool("aarch64-linux-gnu-gcc", "-nostdlib", "-static", "-Wl,-Ttext=0x40000000", "-Wl,--build-id=none", "-o",
         where / f"{name}.elf", source)
    tool("aarch64-linux-gnu-objcopy", "-O", "binary", where / f"{name}.elf", where / f"{name}.bin")
    return where / f"{name}.bin"


def definition(kernel="idle.bin", os="raw", vcpus=1, mib=2, more=""):
    """The source of a VM definition."""
    return DEFINITION.format(kernel=kernel, os=os, vcpus=vcpus, mib=mib, more=more)


def archive(where, files):
    """A newc archive of files {path: bytes}."""
    top = where / "tree"
    top.mkdir(exist_ok=True)
    for path, content in files.items():
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(content)
    done = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input="\n".join(files).encode(), cwd=top,
                          capture_output=True, check=True)
    (where / "bundle.cpio").write_bytes(done.stdout)
    return where / "bundle.cpio"


def compiled(where, source):
    """A definition as dtc makes it."""
    path = where / "def.dts"
    path.write_text(source)
    tool("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", where / "def.dtb", path)
    return (where / "def.dtb").read_bytes()


def bundle(where, definitions, guests=None):
    """A bundle of definitions {name: source}, with the images of all guests."""
    where = pathlib.Path(where)
    files = {f"vms/{name}.dtb": compiled(where, source) for name, source in definitions.items()}
    for name in guests or GUESTS:
        files[f"{name}.bin"] = assemble(where, name).read_bytes()
    return archive(where, files)


# QEMU's CPUs take turns: on a machine that is busy otherwise that is faster than a thread for each, which wait for each other.
ONE_THREAD = ["-accel", "tcg,thread=single"]

# ---- commands ----

# Lines about VMs that come by themselves, and those of the log.
NOTICE = re.compile(r"(?m)^(?:vm \d+ \([\w.+-]+\): |\[ *\d+\.\d{6}\] ).*\n")


# Such a line may come in the middle of the echo, of which the beginning is drawn anew then, or right behind it.
ECHO = "".join(rf"{letter}(?:\x1b\[K)?" for letter in "retval")


def command(m, line, timeout=None):
    """(result, text) of a command. Lines that come by themselves meanwhile are not part of the text."""
    result, text, _ = command_all(m, line, timeout)
    return result, text


def command_all(m, line, timeout=None):
    """(result, text, notices) of a command."""
    m.type(line + "\r")
    m.type("retval\r")
    # A line that comes by itself draws the prompt anew: what retval prints is a line of its own behind its echo.
    m.expect(ECHO + r"\r*\n(?:[^\n]*\n)*?(-?\d+)\r*\n", timeout)
    result = int(m.process.match.group(1))
    text = plain(m.process.before)
    text = "\n".join(t for t in text.splitlines() if not t.startswith(m.prompt)) + "\n"
    # What the shell echoes stands behind a prompt, but for the rest of a prompt that was read before.
    text = text.replace(line + "\n", "", 1) if text.startswith(line + "\n") else text
    notices = "".join(NOTICE.findall(text))
    return result, NOTICE.sub("", text).strip("\n"), notices


def good(m, line, pattern=None, timeout=None):
    """A command that must succeed, with output that matches; returns the output."""
    result, text = command(m, line, timeout)
    assert result == 0, f"{line}: {result}, {text}"
    assert pattern is None or re.search(pattern, text), f"{line}: {text!r} does not match {pattern!r}"
    return text


def bad(m, line, pattern):
    """A command that must fail with one line."""
    result, text = command(m, line)
    assert result < 0, f"{line}: {result}, {text}"
    assert len(text.splitlines()) == 1, f"{line}: not one line: {text!r}"
    assert re.search(pattern, text), f"{line}: {text!r} does not match {pattern!r}"


def state(m, vm):
    """The state of a VM, or None if there is no such VM."""
    _, text = command(m, "zvm info")
    rows = re.findall(r"(?m)^ *(\d+)  \S+ +\S+ +\d+ +\d+ MiB  (\w+)", text)
    return dict((int(n), s) for n, s in rows).get(vm)


def ask_until(ask, good_answer):
    """Asks until the answer is a good one; the last answer, after a limit that is about hangs only."""
    end = time.monotonic() + LIMIT
    while not good_answer(answer := ask()) and time.monotonic() < end:
        pass
    return answer


def wait_state(m, vm, wanted):
    """Ask until the VM is in a state."""
    now = ask_until(lambda: state(m, vm), lambda now: now == wanted)
    assert now == wanted, f"vm {vm} is {now}, not {wanted}; the console ends with:\n{m.tail()}"


def delete_all(m):
    """Deletes the VMs that there are; a test that failed may have left the terminal to a guest."""
    m.type("\x18")
    for row in re.findall(r"(?m)^ *(\d+)  \S", command(m, "zvm info")[1]):
        good(m, f"zvm delete -f {row}")


def resources(m):
    """What must be the same again when all VMs are gone: free memory, heap, threads."""
    _, memory = command(m, "kernel memory")
    _, threads = command(m, "kernel threads")
    # Its rows: a line of somebody else's may come between.
    names = sorted(name.strip() for name in re.findall(r"(?m)^(.{18}) \w+ +-?\d+ +[\d-]", threads))
    assert "shell" in names, threads
    return (int(re.search(r"free +(\d+) KiB", memory).group(1)), int(re.search(r"in use +(\d+) bytes", memory).group(1)),
            names)
