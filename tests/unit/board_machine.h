/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief A machine for drivers that probe: registers of a GIC, a UART and a clock, the firmware, and what the kernel's
 *        other parts would do. What a test describes by struct board is there, and an access to anything else fails it.
 *        Included once.
 */
#ifndef TESTS_UNIT_BOARD_MACHINE_H_
#define TESTS_UNIT_BOARD_MACHINE_H_

#include "unit.h"

#include <errno.h>

#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zvm/driver.h>

#include "arch/mmu.h"
#include "drivers/irq/gicv3_regs.h"
#include "drivers/timer/arm_generic.h"
#include "drivers/uart/uart_core.h"
#include "hyp/bundle.h"
#include "hyp/stage2.h"
#include "hyp/vdev.h"
#include "hyp/vm_smc.h"
#include "hyp/vmdef.h"
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
#include "vmdef_host.h"

#define CPUS_MAX 8U
#define RANGES   64U
/* The MT bit of the cores: affinity 0 counts threads. Bit 31 is always one. */
#define MPIDR_REST (UINT64_C(1) << 31 | UINT64_C(1) << 24)

struct board {
	const char *name;
	const char *tree;
	/* If not 0: the RAM's first bank begins at 0, and so much of it is reserved. */
	uint32_t reserved_at_0;
	/* If not 0: the tree says nothing of RAM, and 256 MiB are added here. */
	uint64_t ram;
	uint64_t gicd, gicr;
	/* From this CPU on (0: of none) the redistributors are in a second region. */
	unsigned int second_from;
	uint64_t gicr2;
	/* From one redistributor to the next; 0: two frames. Has it the frames for virtual LPIs? */
	uint64_t stride;
	bool vlpis;
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

static bool inside(uint64_t addr, uint64_t base, uint64_t size)
{
	return addr - base < size;
}

/* Whose redistributor is there? */
static bool gicr_find(uint64_t addr, unsigned int *cpu, uint64_t *offset)
{
	uint64_t stride = board->stride != 0U ? board->stride : 2U * GICR_FRAME_SIZE;
	unsigned int first = board->second_from != 0U ? board->second_from : board->cpus;

	*cpu = 0U;
	if (inside(addr, board->gicr, first * stride)) {
		addr -= board->gicr;
	} else if (inside(addr, board->gicr2, (board->cpus - first) * stride)) {
		addr -= board->gicr2;
		*cpu = first;
	} else {
		return false;
	}
	*cpu += (unsigned int)(addr / stride);
	*offset = addr % stride;
	return true;
}

static uint64_t gicr_typer(unsigned int cpu)
{
	uint64_t mpidr = board->mpidr[cpu];
	bool last = cpu + 1U == board->cpus || cpu + 1U == board->second_from;

	return ((mpidr >> 32 << 24) | (mpidr & 0xffffffU)) << 32 | (uint64_t)cpu << 8 |
	       (last ? GICR_TYPER_LAST : 0U) | (board->vlpis ? GICR_TYPER_VLPIS : 0U) | 1U;
}

static uint64_t gicr_read(unsigned int cpu, uint64_t offset)
{
	switch (offset) {
	case GIC_PIDR2:
		return 0x3b;
	case GICR_TYPER:
		return gicr_typer(cpu);
	case GICR_WAKER:
		return seen.asleep[cpu] ? GICR_WAKER_SLEEP | GICR_WAKER_CHILDREN : 0U;
	default:
		return 0;
	}
}

static void gicr_write(unsigned int cpu, uint64_t offset, uint64_t value)
{
	if (offset == GICR_WAKER) {
		seen.asleep[cpu] = (value & GICR_WAKER_SLEEP) != 0U;
	}
	/* Another CPU's may be looked at, but not changed. */
	assert_int_equal(cpu, seen.cpu);
	assert_true(offset < 2U * GICR_FRAME_SIZE);
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

uint64_t board_read(uintptr_t addr, unsigned int size)
{
	unsigned int cpu;
	uint64_t offset;

	if (inside(addr, board->gicd, 0x10000)) {
		return gicd_read(addr - board->gicd);
	}
	if (gicr_find(addr, &cpu, &offset)) {
		return gicr_read(cpu, offset);
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
	unsigned int cpu;
	uint64_t offset;

	if (gicr_find(addr, &cpu, &offset)) {
		gicr_write(cpu, offset, value);
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

/* ---- of virtual machines, what reading a definition asks for ----------------------------------- */

unsigned int stage2_ipa_bits(void)
{
	return board->phys_bits;
}

/* PSCI 1.0 or later says which functions there are. */
bool vm_smc_possible(void)
{
	return z_firmware->call != NULL;
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

#endif /* TESTS_UNIT_BOARD_MACHINE_H_ */
