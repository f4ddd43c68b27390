# SPDX-License-Identifier: Apache-2.0
"""gdb commands that know ZVM: threads, VMs, vCPUs, and what runs in a guest. Loaded by gdb itself:

    gdb-multiarch build/zvm_host.elf -x scripts/gdb/zvm.py -ex 'target remote :1234'

`help zvm` lists them. They only read memory and registers, and need nothing of the target but its symbols.
"""
import contextlib
import os

import gdb

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# By bit, as in include/zephyr/kernel/structs.h: macros are not in the symbols.
THREAD_BITS = ("dummy", "pending", "sleeping", "dead", "suspended", "aborting", "suspending", "prestart", "no CPU")
VM_STATES = ("ready", "running", "paused", "stopped", "crashed")
POWER = ("off", "on", "starting")
FRAMES_MAX = 64


class Fault(Exception):
    """Ends a command with one line."""


# ---- memory and registers -----------------------------------------------------------------------------------------


def evaluate(text):
    """A C expression of the program."""
    try:
        return gdb.parse_and_eval(text)
    except gdb.error as error:
        raise Fault(f"{text}: {error}; is this gdb's program zvm_host.elf, with its symbols?") from None


def register(name):
    """A register of the CPU that gdb has selected, None if the stub does not give it."""
    value = gdb.parse_and_eval(f"${name}")
    return None if value.type.code == gdb.TYPE_CODE_VOID else int(value) & (1 << 64) - 1


@contextlib.contextmanager
def cpu_selected(number):
    """gdb's thread of a CPU: QEMU gives CPU n as thread n + 1."""
    before = gdb.selected_thread()
    threads = {thread.num: thread for thread in gdb.selected_inferior().threads()}
    if number + 1 not in threads:
        raise Fault(f"gdb knows no CPU {number}; 'info threads' lists them")
    threads[number + 1].switch()
    try:
        yield
    finally:
        before.switch()


@contextlib.contextmanager
def physical():
    """Addresses are physical ones: a CPU that is in a guest would translate them by the guest's tables.

    ZVM's own are the same either way, its map being the identity.
    """
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    gdb.execute("maintenance flush dcache", to_string=True)
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)
        gdb.execute("maintenance flush dcache", to_string=True)


def word(address, size=8):
    """Little-endian number in memory."""
    try:
        return int.from_bytes(bytes(gdb.selected_inferior().read_memory(address, size)), "little")
    except gdb.MemoryError:
        raise Fault(f"there is no memory at {address:#x}") from None


def members(list_head, type_name, field):
    """The structures of a sys_dlist."""
    kind = gdb.lookup_type(type_name)
    offset = sum(f.bitpos // 8 for f in kind.fields() if f.name == field)
    node = list_head["next"]
    for _ in range(4096):
        if int(node) == int(list_head.address):
            return
        yield gdb.Value(int(node) - offset).cast(kind.pointer()).dereference()
        node = node["next"]


def enumerator(value, names):
    """Its name, or the number."""
    number = int(value)
    return names[number] if number < len(names) else str(number)


def place(address):
    """function + offset (file:line), if somebody's symbols know."""
    symbol = gdb.execute(f"info symbol {address:#x}", to_string=True).split(" in section")[0].strip()
    if symbol.startswith("No symbol"):
        return f"{address:#018x}"
    line = gdb.find_pc_line(address)
    where = f" ({os.path.relpath(line.symtab.fullname(), TOP)}:{line.line})" if line.symtab else ""
    return f"{address:#018x} {symbol}{where}"


def print_frames(frames):
    """A backtrace. It may end with the reason why it does."""
    number = 0
    try:
        for number, address in enumerate(frames):
            print(f"#{number:<3d}{place(address)}")
    except Fault as reason:
        print(f"#{number + 1:<3d}unknown: {reason}")


# ---- threads ------------------------------------------------------------------------------------------------------


def threads():
    """All threads, with the idle ones, which are in no list."""
    yield from members(evaluate("all_threads"), "struct k_thread", "all_node")
    for cpu in cpus():
        if int(cpu["idle"]):
            yield cpu["idle"].dereference()


def cpus():
    """The CPUs that ZVM knows."""
    table = evaluate("z_cpus")
    return [table[i] for i in range(int(evaluate("z_cpu_count")))]


def running_on(thread):
    """Number of the CPU that runs a thread, or None."""
    for number, cpu in enumerate(cpus()):
        if int(cpu["current"]) == int(thread.address):
            return number
    return None


def name_of(thread):
    """As the shell shows it."""
    return thread["name"].string() or "(no name)"


def state_of(thread):
    """As the shell shows it."""
    if running_on(thread) is not None:
        return "running"
    bits = int(thread["base"]["thread_state"])
    return "+".join(name for bit, name in enumerate(THREAD_BITS) if bits >> bit & 1) or "ready"


def frame_records(fp, low, high):
    """Return addresses by the frame records (AAPCS64, 6.4.6) of a stack in [low, high)."""
    for _ in range(FRAMES_MAX):
        if not low <= fp <= high - 16 or fp % 8:
            return
        fp, address = word(fp), word(fp + 8)
        if not address:
            return
        yield address


def thread_frames(thread):
    """Addresses of a thread's functions, the innermost first."""
    arch = thread["arch"]
    on = running_on(thread)
    if on is None:
        pc, fp = int(arch["pc"]), int(arch["fp"])
        return [pc, *frame_records(fp, int(arch["stack_lo"]), int(arch["stack_hi"]))]
    with cpu_selected(on):
        if register("cpsr") >> 2 & 3 < 2:
            raise Fault(f"{name_of(thread)} is in its guest on CPU {on}: 'zvm guest', or 'thread {on + 1}' and 'bt'")
        pc, fp = register("pc"), register("x29")
    # It may be on the CPU's interrupt stack, whose last record leads back to the thread's.
    cpu = cpus()[on]["arch"]
    on_irq_stack = list(frame_records(fp, int(cpu["irq_stack_lo"]), int(cpu["irq_stack"])))
    return [pc, *on_irq_stack, *frame_records(fp, int(arch["stack_lo"]), int(arch["stack_hi"]))]


def find_thread(text):
    """By name or by address."""
    found = [t for t in threads() if name_of(t) == text]
    if not found and text.startswith("0x"):
        found = [t for t in threads() if int(t.address) == int(text, 16)]
    if not found:
        raise Fault(f"there is no thread '{text}'; 'zvm threads' lists them")
    return found[0]


# ---- VMs ----------------------------------------------------------------------------------------------------------


def vms():
    """All VMs."""
    slots = evaluate("slots")
    for i in range(int(slots.type.range()[1]) + 1):
        if int(slots[i]["vm"]):
            yield slots[i]["vm"].dereference()


def vcpus_of(vm):
    """Its vCPUs."""
    return [vm["vcpu"][i].dereference() for i in range(int(vm["vcpu_count"]))]


def find_vcpu(text):
    """VM or VM.VCPU."""
    number, _, vcpu = text.partition(".")
    if not number.isdigit() or not (vcpu or "0").isdigit():
        raise Fault(f"'{text}': a VM and a vCPU are wanted, as in 0.1")
    for vm in vms():
        if int(vm["id"]) == int(number):
            if int(vcpu or 0) >= int(vm["vcpu_count"]):
                raise Fault(f"VM {number} has vCPUs 0 to {int(vm['vcpu_count']) - 1}")
            return vm, vcpus_of(vm)[int(vcpu or 0)]
    raise Fault(f"there is no VM {number}; 'zvm vms' lists them")


class Guest:
    """Where a vCPU is in its guest: what the CPU has if it is there now, what its exit has saved if not."""

    def __init__(self, vm, vcpu):
        self.vm, self.vcpu = vm, vcpu
        resident = int(vcpu["resident"])
        table = int(evaluate("z_cpus").address)
        self.cpu = (resident - table) // evaluate("z_cpus")[0].type.sizeof if resident else None
        self.inside = False
        frame = vcpu["frame"].dereference()
        self.pc, self.spsr = int(frame["elr"]), int(frame["spsr"])
        self.fp, self.lr = int(frame["x"][29]), int(frame["x"][30])
        if self.cpu is not None:
            with cpu_selected(self.cpu):
                self.inside = register("cpsr") >> 2 & 3 < 2
                if self.inside:
                    self.pc, self.spsr = register("pc"), register("cpsr")
                    self.fp, self.lr = register("x29"), register("x30")

    def stage1(self, name):
        """An EL1 register of its translation."""
        if self.cpu is None:
            return int(self.vcpu["ctx"][name])
        with cpu_selected(self.cpu):
            # QEMU has one name for the register of both execution states.
            value = register(f"{name.upper()}_EL1")
            value = register(name.upper()) if value is None else value
        if value is None:
            raise Fault(f"this gdb stub does not give {name.upper()}_EL1, which CPU {self.cpu} holds for the guest")
        return value

    def host(self, ipa):
        """Host address of an address in its RAM."""
        offset = ipa - int(self.vm["config"]["ram_base"])
        if not 0 <= offset < int(self.vm["ram_size"]):
            raise Fault(f"{ipa:#x} is not in the guest's RAM")
        return int(self.vm["ram"]) + offset

    def translate(self, address):
        """Host address of a virtual address of the guest: its stage 1 (Arm ARM D8.2), then its RAM."""
        if not self.stage1("sctlr") & 1:
            return self.host(address)
        tcr, upper = self.stage1("tcr"), address >> 55 & 1
        bits = 64 - (tcr >> (16 if upper else 0) & 0x3f)
        if upper:
            granule = {1: 14, 2: 12, 3: 16}.get(tcr >> 30 & 3, 12)
        else:
            granule = {0: 12, 1: 16, 2: 14}.get(tcr >> 14 & 3, 12)
        table = self.stage1("ttbr1" if upper else "ttbr0") & 0xfffffffffffe
        per_level = granule - 3
        levels = -(-(bits - granule) // per_level)
        address &= (1 << bits) - 1
        for level in range(levels, 0, -1):
            shift = granule + (level - 1) * per_level
            entry = word(self.host(table & ~7) + (address >> shift & ((1 << per_level) - 1)) * 8)
            if not entry & 1 or (level == 1 and not entry & 2):
                raise Fault(f"{address:#x} is not mapped in the guest")
            target = entry & 0xffffffffffff & ~((1 << granule) - 1)
            if level == 1 or not entry & 2:
                return self.host(target & ~((1 << shift) - 1) | address & ((1 << shift) - 1))
            table = target
        raise Fault("no level of the guest's tables is left")

    def plain(self, address):
        """An address without its pointer authentication code (Arm ARM D8.10): bit 55 says what the others were."""
        upper = address >> 55 & 1
        bits = 64 - (self.stage1("tcr") >> (16 if upper else 0) & 0x3f)
        mask = (1 << 64) - (1 << bits)
        return address | mask if upper else address & ~mask

    def frames(self):
        """Addresses of the guest's functions, as far as its frame records can be followed."""
        yield self.pc
        fp, first = self.fp, True
        for _ in range(FRAMES_MAX):
            before, address = word(self.translate(fp)), self.plain(word(self.translate(fp + 8)))
            if first and address != self.plain(self.lr):
                # In a function without a record, or before it has made one.
                yield self.plain(self.lr)
            first = False
            if address:
                yield address
            if not address or before <= fp:
                return
            fp = before

    def where(self):
        """A column of a table."""
        if int(self.vcpu["power"]) != 1:
            return POWER[int(self.vcpu["power"])]
        level = f"EL{self.spsr >> 2 & 3}" if not self.spsr & 0x10 else "AArch32"
        holder = f"CPU {self.cpu}" if self.cpu is not None else "memory"
        return f"{level} {'in guest' if self.inside else 'left'}, context in {holder}"


# ---- commands -----------------------------------------------------------------------------------------------------


class Zvm(gdb.Command):
    """ZVM: threads, VMs, vCPUs, guests. 'help zvm' lists the commands."""

    def __init__(self):
        super().__init__("zvm", gdb.COMMAND_STATUS, prefix=True)

    def invoke(self, argument, from_tty):
        del argument, from_tty
        gdb.execute("help zvm")


def command(name, alias=None):
    """Makes a gdb command of a function; its first line of documentation is gdb's."""
    def make(function):
        class One(gdb.Command):
            __doc__ = function.__doc__

            def invoke(self, argument, from_tty):
                del from_tty
                try:
                    if not gdb.selected_inferior().pid:
                        raise Fault("not connected: 'target remote :1234' after 'make debugserver'")
                    with physical():
                        function(gdb.string_to_argv(argument))
                except Fault as error:
                    raise gdb.GdbError(f"{name}: {error}") from None
        One(name, gdb.COMMAND_STATUS)
        if alias:
            gdb.execute(f"alias {alias} = {name}")
        return function
    return make


Zvm()


@command("zvm threads", "zvm-threads")
def zvm_threads(arguments):
    """Lists the kernel's threads: name, address, state, priority, CPU, where it is."""
    del arguments
    print(f"{'NAME':18s} {'ADDRESS':10s} {'STATE':10s} {'PRIO':>4s} {'CPU':>3s}  WHERE")
    for thread in threads():
        try:
            frames = thread_frames(thread)
            # What waits is in the scheduler: who called it says more.
            waits = running_on(thread) is None and len(frames) > 1
            where = place(frames[1 if waits else 0])
        except Fault as error:
            where = "in its guest" if "guest" in str(error) else str(error)
        number = int(thread["arch"]["cpu"]["arch"]["id"]) if int(thread["arch"]["cpu"]) else 0
        print(f"{name_of(thread):18s} {int(thread.address):#010x} {state_of(thread):10s} "
              f"{int(thread['base']['prio']):4d} {number:3d}  {where}")


@command("zvm backtrace", "zvm-backtrace")
def zvm_backtrace(arguments):
    """Backtrace of a thread, whether it runs or not: zvm backtrace NAME|ADDRESS."""
    if len(arguments) != 1:
        raise Fault("one thread is wanted, by name or address; 'zvm threads' lists them")
    print_frames(thread_frames(find_thread(arguments[0])))


@command("zvm vms", "zvm-vms")
def zvm_vms(arguments):
    """Lists the VMs: state, memory, and for each vCPU where its guest is."""
    del arguments
    found = False
    for vm in vms():
        found = True
        config = vm["config"]
        base, size = int(config["ram_base"]), int(vm["ram_size"])
        print(f"VM {int(vm['id'])}  {config['name'].string()}  {enumerator(vm['state'], VM_STATES)}  "
              f"RAM {base:#x} to {base + size - 1:#x}, on the host at {int(vm['ram']):#x}")
        for number, vcpu in enumerate(vcpus_of(vm)):
            guest = Guest(vm, vcpu)
            print(f"  vCPU {number}  {state_of(vcpu['thread']):10s} {guest.where():32s} {place(guest.pc)}")
    if not found:
        print("there is no VM")


@command("zvm guest", "zvm-guest")
def zvm_guest(arguments):
    """Backtrace in a guest: zvm guest VM[.VCPU].

    By its frame records, with names if you gave gdb the guest's symbols: add-symbol-file vmlinux."""
    if len(arguments) != 1:
        raise Fault("a VM and a vCPU are wanted, as in 0.1")
    guest = Guest(*find_vcpu(arguments[0]))
    print(f"vCPU {arguments[0]}: {guest.where()}")
    print_frames(guest.frames())


@command("zvm relocate")
def zvm_relocate(arguments):
    """Moves the program's symbols to where ZVM was loaded: zvm relocate [ADDRESS].

    Without an address it is taken from the CPU's VBAR_EL2. QEMU's -kernel loads it where the symbols are already."""
    program = gdb.current_progspace().filename
    gdb.execute(f"symbol-file {program}", to_string=True)
    if arguments:
        try:
            offset = int(arguments[0], 0) - int(evaluate("&z_image_start"))
        except ValueError:
            raise Fault(f"'{arguments[0]}' is no address") from None
    else:
        vectors = register("VBAR_EL2")
        if vectors is None:
            raise Fault("this gdb stub does not give VBAR_EL2: say at which address ZVM's image begins")
        offset = vectors - int(evaluate("&arch_vectors"))
    if offset:
        gdb.execute("symbol-file", to_string=True)
        gdb.execute(f"symbol-file {program} -o {offset:#x}", to_string=True)
    print(f"ZVM's image begins at {int(evaluate('&z_image_start')):#x}")
