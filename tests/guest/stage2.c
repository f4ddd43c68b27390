/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The guest's memory and its edges: RAM is zero at the start and all there, nothing is beside it, code cannot run
 * where there is none, and a table walk into nothing is the guest's own fault.
 */

#include "guest.h"

#define NOTHING      0x0b000000UL
#define STEP         0x100000UL
#define FSC_EXTERNAL 0x10U

static uint64_t ram_end;

static bool readable(uint64_t address)
{
	trap_arm();
	(void)read32(address);
	return trap_disarm() == 0;
}

/* By trying: the devicetree may be somebody else's. */
static void find_end(void)
{
	uint64_t end = ((uint64_t)guest_end + STEP) & ~(STEP - 1);

	while (end < (64UL << 30) && readable(end)) {
		end += STEP;
	}
	ram_end = end;
	print("note: RAM ends at %#lx\n", ram_end);
}

static void flush_tlb(void)
{
	__asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
}

/* ---- contents ---- */

static bool ours(uint64_t address)
{
	uint64_t dtb_end = devicetree + 0x200000;

	return (address + 4096 > (uint64_t)guest_start && address < (uint64_t)guest_end) ||
	       (devicetree != 0 && address + 4096 > devicetree && address < dtb_end);
}

static void zero_at_start(void)
{
	for (uint64_t page = RAM_BASE; page < ram_end; page += 4096) {
		uint64_t sum = 0;

		if (ours(page)) {
			continue;
		}
		for (const uint64_t *p = (const uint64_t *)page;
		     p < (const uint64_t *)(page + 4096); p += 8) {
			sum |= p[0] | p[1] | p[2] | p[3] | p[4] | p[5] | p[6] | p[7];
		}
		EXPECT(sum == 0, "page %#lx", page);
	}
}

static void write_and_read_all(void)
{
	for (uint64_t page = RAM_BASE; page < ram_end; page += 4096) {
		if (!ours(page)) {
			((volatile uint64_t *)page)[0] = page;
			((volatile uint64_t *)page)[511] = ~page;
		}
	}
	for (uint64_t page = RAM_BASE; page < ram_end; page += 4096) {
		if (!ours(page)) {
			EXPECT_EQ(((volatile uint64_t *)page)[0], page);
			EXPECT_EQ(((volatile uint64_t *)page)[511], ~page);
		}
	}
}

/* ---- edges ---- */

static void expect_abort(uint64_t address, unsigned int ec)
{
	EXPECT(trap_disarm() == 1, "%#lx: %u aborts", address, my_trap()->count);
	EXPECT(trap_ec() == ec && trap_fsc() == FSC_EXTERNAL, "%#lx: esr %#lx", address,
	       my_trap()->esr);
	EXPECT(my_trap()->far == address, "far %#lx, not %#lx", my_trap()->far, address);
}

static void edges(void)
{
	(void)read8(ram_end - 1);
	write8(ram_end - 1, 1);
	trap_arm();
	(void)read8(ram_end);
	expect_abort(ram_end, EC_DABT);
	trap_arm();
	write64(ram_end, 0);
	expect_abort(ram_end, EC_DABT);
	trap_arm();
	(void)read8(RAM_BASE - 1);
	expect_abort(RAM_BASE - 1, EC_DABT);
	(void)read8(RAM_BASE);
	/* Half in, half out. */
	trap_arm();
	(void)read64(ram_end - 4);
	EXPECT_EQ(trap_disarm(), 1);
	EXPECT(my_trap()->far == ram_end - 4 || my_trap()->far == ram_end, "%#lx", my_trap()->far);
	/* Far away, to the end of what the page table reaches. */
	for (uint64_t address = 0x800000000UL; address < 510UL << 30; address += 37UL << 30) {
		trap_arm();
		(void)read32(address + 0xffc);
		expect_abort(address + 0xffc, EC_DABT);
	}
}

/* Nothing but the machine's devices is below RAM. Devices that this VM does not have are not there. */
static void nothing_below(void)
{
	static const uint64_t places[] = {0x0,        0x1000,     0x4000000,  0x07ffffff,
					  0x08080000, 0x09050000, 0x0c000000, 0x10000000,
					  0x3eff0000, 0x3f000000, 0x3fffffff};

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		trap_arm();
		(void)read8(places[i]);
		expect_abort(places[i], EC_DABT);
	}
}

/* ---- execution ---- */

static void jump_to(uint64_t address)
{
	trap_arm();
	__asm__ volatile("adr x2, 1f\n\tstr x2, [%1]\n\tbr %0\n1:" ::"r"(address),
			 "r"(&my_trap()->resume)
			 : "x2", "memory");
}

static void execute_nowhere(void)
{
	uint64_t old = page_table[0];

	page_table[0] &= ~(3UL << 53);
	flush_tlb();
	jump_to(NOTHING);
	expect_abort(NOTHING, EC_IABT);
	jump_to(0);
	expect_abort(0, EC_IABT);
	jump_to(UART_BASE);
	expect_abort(UART_BASE, EC_IABT);
	jump_to(0x08000000);
	expect_abort(0x08000000, EC_IABT);
	jump_to(ram_end);
	expect_abort(ram_end, EC_IABT);
	jump_to(500UL << 30);
	expect_abort(500UL << 30, EC_IABT);
	page_table[0] = old;
	flush_tlb();
	jump_to((uint64_t)guest_start + 2);
	EXPECT_EQ(trap_disarm(), 1);
	EXPECT_EQ(trap_ec(), EC_PC_ALIGN);
}

/* ---- table walks ---- */

static void walk_into(uint64_t table)
{
	uint64_t old = page_table[300];

	page_table[300] = table | 3;
	flush_tlb();
	trap_arm();
	(void)read32(300UL << 30);
	EXPECT(trap_disarm() == 1, "%#lx: %u aborts", table, my_trap()->count);
	/* External abort, as such or on the walk of level 2. */
	EXPECT(trap_ec() == EC_DABT && (trap_fsc() == FSC_EXTERNAL || trap_fsc() == 0x16),
	       "%#lx: esr %#lx", table, my_trap()->esr);
	EXPECT(my_trap()->far == 300UL << 30, "far %#lx", my_trap()->far);
	jump_to(300UL << 30);
	EXPECT(trap_disarm() == 1, "%#lx: %u aborts", table, my_trap()->count);
	EXPECT(trap_ec() == EC_IABT && (trap_fsc() == FSC_EXTERNAL || trap_fsc() == 0x16),
	       "%#lx: esr %#lx", table, my_trap()->esr);
	page_table[300] = old;
	flush_tlb();
}

static void walks_into_nothing(void)
{
	walk_into(NOTHING);
	walk_into(ram_end);
	walk_into(0x7f00000000);
}

static void walks_into_devices(void)
{
	walk_into(0x08000000);
	walk_into(UART_BASE);
}

/* ---- MMU off ---- */

static volatile uint64_t cell;

/* With the MMU off addresses are IPAs, up to what the CPU has. */
static void without_mmu(void)
{
	static const uint64_t far_away[] = {1UL << 39, (1UL << 40) - 8, 1UL << 40, 1UL << 44,
					    (1UL << 48) - 8};

	cell = 5;
	__asm__ volatile("dc civac, %0\n\tdsb sy" ::"r"(&cell) : "memory");
	mmu_off();
	for (unsigned int i = 0; i < ARRAY_SIZE(far_away); i++) {
		trap_arm();
		(void)read64(far_away[i]);
		(void)trap_disarm();
	}
	cell = 6;
	mmu_on();
	EXPECT_EQ(cell, 6);
	for (unsigned int i = 0; i < ARRAY_SIZE(far_away); i++) {
		mmu_off();
		trap_arm();
		(void)read64(far_away[i]);
		(void)trap_disarm();
		mmu_on();
		EXPECT(my_trap()->count == 1, "%#lx", far_away[i]);
		/* An address size fault of level 0, or nothing there. */
		EXPECT(trap_ec() == EC_DABT && (trap_fsc() == 0 || trap_fsc() == FSC_EXTERNAL),
		       "%#lx: esr %#lx", far_away[i], my_trap()->esr);
	}
}

/* ---- attributes ---- */

static uint8_t page[4096] __attribute__((aligned(4096)));

static void cache_by_address(void)
{
	for (unsigned int i = 0; i < sizeof(page); i++) {
		page[i] = (uint8_t)i;
	}
	for (unsigned int i = 0; i < sizeof(page); i += 64) {
		__asm__ volatile("dc cvac, %0\n\tdc civac, %0" ::"r"(page + i) : "memory");
	}
	dsb();
	for (unsigned int i = 0; i < sizeof(page); i++) {
		EXPECT_EQ(page[i], (uint8_t)i);
	}
	if ((read_sysreg(dczid_el0) & 0x10) == 0) {
		__asm__ volatile("dc zva, %0" ::"r"(page) : "memory");
		EXPECT_EQ(page[0] | page[3], 0);
	}
}

void guest_main(void)
{
	RUN(find_end);
	RUN_IN_VM(zero_at_start);
	RUN(write_and_read_all);
	RUN_IN_VM(edges);
	RUN_IN_VM(nothing_below);
	RUN_IN_VM(execute_nowhere);
	RUN_IN_VM(walks_into_nothing);
	RUN_IN_VM(walks_into_devices);
	RUN_IN_VM(without_mmu);
	RUN(cache_by_address);
}
