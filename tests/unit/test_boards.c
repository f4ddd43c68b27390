/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Discovery as a whole: the real drivers, the device list and mem_init() on devicetrees in the shape of boards, with
 * models of the registers that they find there. Nothing else may be touched. Each board has a process of its own, as
 * drivers and lists know one machine only.
 */
#include "unit.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zvm/driver.h>

#include "arch/mmu.h"
#include "drivers/irq/gicv3_regs.h"
#include "drivers/timer/arm_generic.h"
#include "drivers/uart/uart_core.h"
#include "kernel/arch_api.h"
#include "kernel/console.h"
#include "kernel/cpu.h"
#include "kernel/device.h"
#include "kernel/firmware.h"
#include "kernel/heap.h"
#include "kernel/irq.h"
#include "kernel/mem.h"
#include "kernel/mem_internal.h"
#include "lib/fdt.h"
#include "lib/memmap.h"

#define CPUS_MAX 8U
#define RANGES   64U
/* The MT bit of the cores: affinity 0 counts threads. Bit 31 is always one. */
#define MPIDR_REST (UINT64_C(1) << 31 | UINT64_C(1) << 24)

struct board {
	const char *tree;
	uint64_t gicd, gicr;
	unsigned int cpus;
	uint64_t mpidr[CPUS_MAX];
	/* Input lines of the GIC, GICD_TYPER.ITLinesNumber. */
	uint32_t it_lines;
	unsigned int phys_bits;
	uint64_t uart;
	/* DesignWare's, with words of 32 bits; otherwise a PL011. */
	bool dw;
	uint64_t rtc;
	int32_t psci_version;
	uint64_t image;
};

static const struct board *board;
static void *tree;
static size_t tree_size;

static struct {
	/* Which redistributors sleep, as they do at reset. */
	bool asleep[CPUS_MAX];
	/* The UART's: registers by number, whether its divisor was touched, what was sent. */
	uint32_t uart[64];
	unsigned int divisor_writes;
	char sent[64];
	unsigned int cpu;
	char said[4096];
	uint32_t psci_calls;
	unsigned int timer_irq;
	bool timer_percpu;
	uint64_t wallclock;
	const struct device *console;
	unsigned int console_irq;
} seen;

static struct memmap_range mapped_ranges[RANGES], free_ranges[RANGES];
static struct memmap mapped, unused;
static uint64_t heap_bytes;

/* ---- registers ------------------------------------------------------------------------------- */

static uint64_t gicd_read(uint64_t offset)
{
	switch (offset) {
	case GIC_PIDR2:
		return 0x3b;
	case GICD_TYPER:
		return 0x037a0400U | board->it_lines;
	default:
		return 0;
	}
}

static uint64_t gicr_read(uint64_t offset)
{
	unsigned int frame = (unsigned int)(offset / (2U * GICR_FRAME_SIZE));
	uint64_t affinity = board->mpidr[frame];

	switch (offset % (2U * GICR_FRAME_SIZE)) {
	case GIC_PIDR2:
		return 0x3b;
	case GICR_TYPER:
		return affinity << 32 | (uint64_t)frame << 8 |
		       (frame + 1U == board->cpus ? GICR_TYPER_LAST : 0U) | 1U;
	case GICR_WAKER:
		return seen.asleep[frame] ? GICR_WAKER_SLEEP | GICR_WAKER_CHILDREN : 0U;
	default:
		return 0;
	}
}

static void gicr_write(uint64_t offset, uint64_t value)
{
	unsigned int frame = (unsigned int)(offset / (2U * GICR_FRAME_SIZE));

	if (offset % (2U * GICR_FRAME_SIZE) == GICR_WAKER) {
		seen.asleep[frame] = (value & GICR_WAKER_SLEEP) != 0U;
	}
	/* Another CPU's may be looked at, but not changed. */
	assert_int_equal(frame, seen.cpu);
}

static uint64_t uart_read(uint64_t offset, unsigned int size)
{
	if (board->dw) {
		assert_int_equal(size, 4);
		/* LSR: all sent. IIR: nothing pending, FIFOs on. */
		return offset == 5U << 2   ? 0x60U
		       : offset == 2U << 2 ? 0xc1U
					   : seen.uart[offset / 4U];
	}
	return offset == 0x18U ? 0x90U : seen.uart[offset / 4U];
}

static void uart_write_reg(uint64_t offset, unsigned int size, uint64_t value)
{
	uint32_t lcr = seen.uart[3];

	assert_int_equal(size, 4);
	if (offset == 0U && !(board->dw && (lcr & 0x80U) != 0U)) {
		seen.sent[strlen(seen.sent)] = (char)value;
	} else {
		/* Divisor latch access of the one, integer and fractional rate of the other. */
		seen.divisor_writes += board->dw ? offset == 3U << 2 && (value & 0x80U) != 0U
						 : offset == 0x24U || offset == 0x28U;
		seen.uart[offset / 4U] = (uint32_t)value;
	}
}

static bool inside(uint64_t addr, uint64_t base, uint64_t size)
{
	return addr - base < size;
}

uint64_t board_read(uintptr_t addr, unsigned int size)
{
	if (inside(addr, board->gicd, 0x10000)) {
		return gicd_read(addr - board->gicd);
	}
	if (inside(addr, board->gicr, board->cpus * 2U * GICR_FRAME_SIZE)) {
		return gicr_read(addr - board->gicr);
	}
	if (inside(addr, board->uart, 0x100)) {
		return uart_read(addr - board->uart, size);
	}
	if (board->rtc != 0U && addr == board->rtc) {
		return 1700000000U;
	}
	fail_msg("a read of 0x%lx", (unsigned long)addr);
	return 0;
}

void board_write(uintptr_t addr, unsigned int size, uint64_t value)
{
	if (inside(addr, board->gicr, board->cpus * 2U * GICR_FRAME_SIZE)) {
		gicr_write(addr - board->gicr, value);
	} else if (inside(addr, board->uart, 0x100)) {
		uart_write_reg(addr - board->uart, size, value);
	} else if (!inside(addr, board->gicd, 0x10000)) {
		fail_msg("a write to 0x%lx", (unsigned long)addr);
	}
}

uint64_t board_sysreg_read(const char *name)
{
	if (strcmp(name, "mpidr_el1") == 0) {
		return board->mpidr[seen.cpu] | MPIDR_REST;
	}
	/* GICv3 system registers are there and on, five priority bits, no range selector. */
	if (strcmp(name, "id_aa64pfr0_el1") == 0) {
		return UINT64_C(1) << 24;
	}
	return strcmp(name, SYSREG_STR(ICC_CTLR_EL1)) == 0 ? 0x400U : 1U;
}

void board_sysreg_write(uint64_t value, const char *name)
{
	(void)value;
	(void)name;
}

int64_t smccc_smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	(void)a1;
	(void)a2;
	(void)a3;
	seen.psci_calls++;
	return function == 0x84000000U ? board->psci_version : -1;
}

int64_t smccc_hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	(void)a1;
	(void)a2;
	(void)a3;
	fail_msg("HVC 0x%llx", (unsigned long long)function);
	return -1;
}

/* ---- the kernel's part ----------------------------------------------------------------------- */

struct z_irq_entry z_irq_table[Z_IRQ_COUNT];
const struct z_irqchip *z_irqchip;
void (*z_irq_root_handler)(void);
static struct k_thread thread;
static struct z_cpu cpus[CPUS_MAX];

void printk(const char *fmt, ...)
{
	size_t len = strlen(seen.said);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(seen.said + len, sizeof(seen.said) - len, fmt, ap);
	va_end(ap);
}

void z_irqchip_register(const struct z_irqchip *chip, void (*root_handler)(void))
{
	z_irqchip = chip;
	z_irq_root_handler = root_handler;
}

int z_irq_cpu_init(void)
{
	return z_irqchip->cpu_init();
}

int irq_connect_dynamic(unsigned int irq, unsigned int priority, void (*routine)(const void *),
			const void *parameter, uint32_t flags)
{
	(void)priority;
	(void)routine;
	(void)parameter;
	assert_int_equal(flags, IRQ_TYPE_LEVEL);
	seen.timer_irq = irq;
	return (int)irq;
}

void z_irq_enable_percpu(unsigned int intid)
{
	seen.timer_percpu = intid == seen.timer_irq;
}

void z_timeout_isr(void)
{
}

void z_clock_init(uint32_t hz, uint64_t start)
{
	(void)start;
	fail_msg("the clock is set to %u Hz", hz);
}

void wallclock_set(uint64_t seconds)
{
	seen.wallclock = seconds;
}

int uart_port_init(const void *fdt, int node, struct device *dev, struct uart_port *port)
{
	uint32_t flags;

	assert_int_equal(port->base, board->uart);
	assert_int_equal(device_irq(fdt, node, 0U, &seen.console_irq, &flags), 0);
	assert_int_equal(flags, IRQ_TYPE_LEVEL);
	seen.console = dev;
	port->hw->putc(port, '!');
	return 0;
}

void uart_port_error(struct uart_port *port, uint32_t bits)
{
	(void)port;
	(void)bits;
}

void z_console_register(const struct z_console_ops *ops, void *ctx, const char *name)
{
	(void)name;
	ops->write(ctx, "early", 5U);
}

/* ---- memory ---------------------------------------------------------------------------------- */

int arch_mmio_map(uint64_t addr, size_t size)
{
	assert_true(size != 0U);
	assert_false(memmap_overlaps(&mapped, addr, size));
	return 0;
}

unsigned int arch_phys_bits(void)
{
	return board->phys_bits;
}

int arch_ram_map(uint64_t start, uint64_t size)
{
	assert_int_equal((start | size) % 4096U, 0);
	assert_false(memmap_overlaps(&mapped, start, size));
	return memmap_add(&mapped, start, size);
}

void arch_mmu_set_allocator(void *(*alloc)(void), void (*free_page)(void *page))
{
	(void)alloc;
	(void)free_page;
}

bool arch_is_mapped(uintptr_t addr)
{
	return memmap_contains(&mapped, addr, 1U);
}

void mem_add(uint64_t start, uint64_t size)
{
	assert_true(memmap_contains(&mapped, start, size));
	assert_int_equal(memmap_add(&unused, start, size), 0);
}

uint64_t mem_free_bytes(void)
{
	return memmap_total(&unused);
}

uint64_t mem_largest(void)
{
	return 0;
}

/* The heap's share is only asked for; drivers use what they get. */
void *mem_alloc(size_t size, size_t align, unsigned int flags)
{
	(void)align;
	(void)flags;
	return size >= 0x100000U ? hpa_ptr(hpa(free_ranges[0].base)) : calloc(1, size);
}

void mem_free(void *mem, size_t size, unsigned int flags)
{
	(void)size;
	(void)flags;
	free(mem);
}

void z_heap_init(void *mem, size_t size)
{
	assert_non_null(mem);
	heap_bytes = size;
}

/* ---- a board ---------------------------------------------------------------------------------- */

static void load(const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.dtb", DTB_DIR, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	tree_size = (size_t)ftell(f);
	rewind(f);
	tree = malloc(tree_size);
	assert_int_equal(fread(tree, 1, tree_size, f), tree_size);
	fclose(f);
}

/* As start-up does: early console, memory, devices; then what each CPU does for itself. */
static int bring_up(void **state)
{
	struct boot_info bi = {0};

	(void)state;
	load(board->tree);
	assert_null(fdt_verify(tree, tree_size));
	fdt_fixed(tree);
	fake_arch_reset();
	fake_arch.current = &thread.arch;
	thread.arch.cpu = &cpus[0];
	memset(seen.asleep, true, sizeof(seen.asleep));
	/* What firmware has left in the rate's registers. */
	seen.uart[0x24 / 4] = board->dw ? 0U : 13U;
	memmap_init(&mapped, mapped_ranges, RANGES);
	memmap_init(&unused, free_ranges, RANGES);
	bi.fdt = tree;
	bi.fdt_size = tree_size;
	bi.image_start = board->image;
	bi.image_end = board->image + 0x100000U;

	assert_int_equal(z_earlycon_init(tree), 0);
	assert_int_equal(mem_init(&bi), 0);
	assert_int_equal(z_devices_probe(tree), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fdt_fixed(NULL);
	free((void *)seen.console->data);
	free(tree);
	return 0;
}

static void test_cpus(void **state)
{
	struct fdt_cpu cpu;
	unsigned int n = 0;

	(void)state;
	fdt_for_each_cpu(tree, &cpu) {
		assert_true(n < board->cpus);
		assert_int_equal(cpu.mpidr, board->mpidr[n]);
		assert_true(cpu.usable);
		assert_string_equal(cpu.enable_method, "psci");
		n++;
	}
	assert_int_equal(n, board->cpus);
	assert_non_null(z_firmware);
	assert_int_equal(seen.psci_calls, 1);
	assert_string_equal(z_firmware->name,
			    board->psci_version == 0x10001 ? "PSCI 1.1 by SMC" : "PSCI 0.2 by SMC");
}

/* Each CPU finds and wakes its own, and the walk ends where GICR_TYPER.Last says so. */
static void test_redistributors(void **state)
{
	(void)state;
	for (seen.cpu = 0; seen.cpu < board->cpus; seen.cpu++) {
		cpus[seen.cpu].arch.id = seen.cpu;
		thread.arch.cpu = &cpus[seen.cpu];
		assert_int_equal(seen.asleep[seen.cpu], seen.cpu != 0U);
		assert_int_equal(z_irqchip->cpu_init(), 0);
		assert_false(seen.asleep[seen.cpu]);
	}
	assert_int_equal(z_irqchip->nr_irqs, 32U * (board->it_lines + 1U));
	assert_int_equal(z_irqchip->maintenance, 25);
	seen.cpu = 0;
	thread.arch.cpu = &cpus[0];
}

static void test_timer(void **state)
{
	(void)state;
	assert_int_equal(seen.timer_irq, 26);
	assert_true(seen.timer_percpu);
	assert_int_equal(arm_timer_virtual.intid, 27);
}

static void test_nothing_said(void **state)
{
	(void)state;
	assert_string_equal(seen.said, "");
}

static void assert_memory(uint64_t addr, bool is_mapped, bool is_free)
{
	if (memmap_contains(&mapped, addr, 1U) != is_mapped ||
	    memmap_contains(&unused, addr, 1U) != is_free) {
		fail_msg("0x%llx: mapped %d, free %d", (unsigned long long)addr,
			 memmap_contains(&mapped, addr, 1U), memmap_contains(&unused, addr, 1U));
	}
}

/* ---- RK3568 ----------------------------------------------------------------------------------- */

static const struct board rk3568 = {
	.tree = "rk3568",
	.gicd = 0xfd400000,
	.gicr = 0xfd460000,
	.cpus = 4,
	.mpidr = {0x0, 0x100, 0x200, 0x300},
	.it_lines = 10,
	.phys_bits = 40,
	.uart = 0xfe660000,
	.dw = true,
	.psci_version = 0x10001,
	/* Where U-Boot moves what it has loaded to 0x2080000. */
	.image = 0x02200000,
};

/* Registers at multiples of four, by words; the rate is the boot loader's, as nobody here knows the clock's. */
static void test_rk3568_console(void **state)
{
	(void)state;
	assert_non_null(seen.console);
	assert_string_equal(seen.console->name, "serial@fe660000");
	assert_string_equal(seen.console->driver, "ns16550");
	assert_true(device_is_ready(seen.console));
	assert_int_equal(seen.console_irq, 150);
	assert_int_equal(seen.divisor_writes, 0);
	assert_int_equal(seen.uart[3], 0x03);
	assert_int_equal(seen.uart[2], 0x47);
	assert_string_equal(seen.sent, "early!");
}

static void test_rk3568_memory(void **state)
{
	struct mem_stats stats;
	hpa_t initrd;
	uint64_t size;

	(void)state;
	mem_stats_get(&stats);
	assert_int_equal(stats.total, 0x08400000 + 0xe6c00000 + 0x100000000);
	/* No pointer of ours is NULL; the secure firmware's part and the log's stay theirs. */
	assert_memory(0x0, false, false);
	assert_memory(0x1000, true, false);
	assert_memory(0x1fffff, true, false);
	assert_memory(0x200000, true, true);
	/* The image is mapped by start-up. */
	assert_memory(0x21fffff, true, true);
	assert_memory(0x2200000, false, false);
	assert_memory(0x2300000, true, true);
	/* The hole between two entries of reg, which is the secure world's. */
	assert_memory(0x83fffff, true, true);
	assert_memory(0x8400000, false, false);
	assert_memory(0x93fffff, false, false);
	assert_memory(0x9400000, true, true);
	/* The initrd. */
	assert_memory(0xa1fffff, true, true);
	assert_memory(0xa200000, true, false);
	assert_memory(0xa9fffff, true, false);
	assert_memory(0xaa00000, true, true);
	assert_int_equal(mem_initrd(&initrd, &size), 0);
	assert_int_equal(initrd.v, 0xa200000);
	assert_int_equal(size, 0x800000);
	/* A reservation that is off is none. */
	assert_memory(0x20000000, true, true);
	/* no-map: not a byte of it, so not the rest of its pages either. */
	assert_memory(0x2fffffff, true, true);
	assert_memory(0x30000000, false, false);
	assert_memory(0x30001fff, false, false);
	assert_memory(0x30002000, true, true);
	/* Devices, and RAM above 4 GiB that goes on where it was moved to. */
	assert_memory(0xefffffff, true, true);
	assert_memory(0xf0000000, false, false);
	assert_memory(0xffffffff, false, false);
	assert_memory(0x100000000, true, true);
	assert_memory(0x1e0000000, true, false);
	assert_memory(0x1e2000000, true, true);
	assert_memory(0x1ffffffff, true, true);
	assert_memory(0x200000000, false, false);
	assert_int_equal(heap_bytes, 64 << 20);
	/* Another VM's image may be read where nothing is ours. */
	assert_int_equal(mem_foreign(0x1e0000000, 0x2000000), 0);
	assert_int_equal(mem_foreign(0x30000000, 0x1000), -EBUSY);
	assert_int_equal(mem_foreign(0x8400000, 0x1000), -ENXIO);
}

/* ---- FVP Base RevC ---------------------------------------------------------------------------- */

static const struct board fvp = {
	.tree = "fvp-revc",
	.gicd = 0x2f000000,
	.gicr = 0x2f100000,
	.cpus = 8,
	.mpidr = {0x0, 0x100, 0x200, 0x300, 0x10000, 0x10100, 0x10200, 0x10300},
	.it_lines = 7,
	.phys_bits = 40,
	.uart = 0x1c090000,
	.rtc = 0x1c170000,
	.psci_version = 2,
	.image = 0x80200000,
};

/* Without a stdout-path it is the first UART; its rate is not named, and stays. */
static void test_fvp_console(void **state)
{
	(void)state;
	assert_non_null(seen.console);
	assert_string_equal(seen.console->name, "serial@90000");
	assert_string_equal(seen.console->driver, "pl011");
	assert_int_equal(seen.console_irq, 37);
	assert_int_equal(seen.divisor_writes, 0);
	assert_string_equal(seen.sent, "early!");
	assert_int_equal(seen.wallclock, 1700000000);
}

static void test_fvp_memory(void **state)
{
	struct mem_stats stats;

	(void)state;
	mem_stats_get(&stats);
	assert_int_equal(stats.total, 0x7f000000 + UINT64_C(0x80000000));
	assert_memory(0x18000000, false, false);
	assert_memory(0x80000000, true, false);
	assert_memory(0x8000ffff, true, false);
	assert_memory(0x80010000, true, true);
	assert_memory(0x80200000, false, false);
	assert_memory(0xfeffffff, true, true);
	assert_memory(0xff000000, false, false);
	assert_memory(0x880000000, true, true);
	assert_memory(0x8ffffffff, true, true);
	assert_memory(0x900000000, false, false);
}

/* What is known of the machine by its nodes' paths, for whoever wants to take a device. */
static void test_uses(void **state)
{
	int its = fdt_node_offset_by_compatible(tree, -1, "arm,gic-v3-its");

	(void)state;
	assert_string_equal(z_device_use(its), "the interrupt controller");
	assert_string_equal(z_device_use(seen.console->node), "the console");
	assert_null(z_device_use(fdt_path_offset(tree, "/reserved-memory")));
}

#define COMMON                                                                                     \
	cmocka_unit_test(test_cpus), cmocka_unit_test(test_redistributors),                        \
		cmocka_unit_test(test_timer), cmocka_unit_test(test_uses),                         \
		cmocka_unit_test(test_nothing_said)

static int run(const struct board *b, const struct CMUnitTest *tests, size_t n)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		board = b;
		status = _cmocka_run_group_tests(b->tree, tests, n, bring_up, tear_down);
		exit(status);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}

int main(void)
{
	const struct CMUnitTest on_rk3568[] = {
		COMMON,
		cmocka_unit_test(test_rk3568_console),
		cmocka_unit_test(test_rk3568_memory),
	};
	const struct CMUnitTest on_fvp[] = {
		COMMON,
		cmocka_unit_test(test_fvp_console),
		cmocka_unit_test(test_fvp_memory),
	};
	int failed = run(&rk3568, on_rk3568, ARRAY_SIZE(on_rk3568));

	return failed | run(&fvp, on_fvp, ARRAY_SIZE(on_fvp));
}
