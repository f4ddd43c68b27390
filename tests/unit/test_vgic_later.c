/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one access to the virtual GIC leaves for steps with interrupts open in between (hyp/vgic_later.c), and notes for
 * list registers of vCPUs that are not there: what others do meanwhile, and that nothing is lost.
 */
#include <stdbool.h>
#include <string.h>

#include "hyp/vgic_internal.h"
#include "unit.h"
#include "vgic_fixture.h"

#define ALL 0xffffffffU

static unsigned int steps;
/* In which step somebody else writes GICD_CTLR, and what. */
static unsigned int when;
static uint32_t what;

/* Interrupts are open: others run, and find everything consistent. */
static void between(void)
{
	unsigned int cpu = fake_gic.current;

	check();
	assert_int_equal(fake_arch.irq_masked, 0);
	if (++steps == when) {
		on_cpu(1);
		dist_write_by(1, 0, 4, what);
		on_cpu(cpu);
	}
}

/* SPIs @p first to @p last: Group 1, pending, by turns to each vCPU. */
static void pend_many(uint32_t first, uint32_t last, unsigned int vcpus)
{
	for (uint32_t i = first; i <= last; i++) {
		setup_irq(i % vcpus, i, (uint8_t)(0x40U + i % 8U * 8U), true);
		vgic_set_spi(&f.vm, i, true);
		vgic_set_spi(&f.vm, i, false);
		take_again();
	}
	take_kicks();
}

static unsigned int take_all(unsigned int vcpus)
{
	unsigned int taken = 0U;

	for (unsigned int i = 0U; i < vcpus; i++) {
		on_cpu(i);
		while (take() != SPURIOUS) {
			taken++;
			check();
		}
	}
	on_cpu(0);
	return taken;
}

static void start(unsigned int vcpus, unsigned int at, uint32_t value)
{
	fixture_start(vcpus, 4);
	steps = 0U;
	when = at;
	what = value;
	fake_arch.on_spin = between;
}

static void test_groups(void **state)
{
	(void)state;
	start(3, 0, 0);
	pend_many(32, 287, 3);
	dist_write(0, 4, 0);
	/* Eight banks of SPIs, three of vCPUs, itself, and two kicks. */
	assert_in_range(steps, 12, 14);
	take_kicks();
	assert_int_equal(take_all(3), 0);
	dist_write(0, 4, 3);
	take_kicks();
	assert_int_equal(take_all(3), 256);
	/* The same value again is nothing. */
	steps = 0U;
	dist_write(0, 4, 3);
	assert_int_equal(steps, 0);
}

/* Two write it at once: the later one's value is there in the end, and what it means is done. */
static void test_groups_by_two(void **state)
{
	(void)state;
	for (unsigned int at = 1; at < 14; at++) {
		start(3, at, 3);
		pend_many(32, 287, 3);
		dist_write(0, 4, 0);
		take_kicks();
		assert_int_equal(dist_read(0, 4) & 7U, at <= steps ? 3U : 0U);
		assert_int_equal(take_all(3), dist_read(0, 4) & 7U ? 256U : 0U);
		start(3, at, 0);
		pend_many(32, 287, 3);
		dist_write(0, 4, 0);
		when = 0U;
		steps = 0U;
		take_kicks();
		when = at;
		dist_write(0, 4, 3);
		take_kicks();
		assert_int_equal(take_all(3), dist_read(0, 4) & 7U ? 256U : 0U);
	}
}

/* The thread goes to another CPU between two steps, and its vCPU is resident nowhere. */
static void moves(void)
{
	check();
	if (++steps == when) {
		save(0);
	}
}

static void test_moves(void **state)
{
	(void)state;
	for (unsigned int at = 1; at < 12; at++) {
		start(2, at, 0);
		fake_arch.on_spin = NULL;
		pend_many(32, 63, 2);
		dist_write(0, 4, 0);
		take_kicks();
		fake_arch.on_spin = moves;
		dist_write(0, 4, 3);
		fake_arch.on_spin = NULL;
		if (f.vcpu[0].resident == NULL) {
			load(0, 0);
		}
		take_kicks();
		assert_int_equal(take_all(2), 32);
	}
}

/* More list registers than are changed at once, of vCPUs that are nowhere resident. */
static void test_notes(void **state)
{
	(void)state;
	start(3, 0, 0);
	pend_many(64, 75, 3);
	for (unsigned int i = 1; i < 3; i++) {
		on_cpu(i);
		save(i);
	}
	on_cpu(0);
	assert_int_equal(f.vm.vgic.bank[1].in_lr, 0xfff);
	/* What was written is read, whether it was done or noted. */
	dist_write(0x288, 4, ALL);
	assert_int_equal(dist_read(0x208, 4), 0);
	check();
	dist_write(0x308, 4, 0xfff);
	assert_int_equal(dist_read(0x308, 4), 0xfff);
	dist_write(0x388, 4, ALL);
	assert_int_equal(dist_read(0x308, 4), 0);
	dist_write(0x208, 4, 0xfff);
	assert_int_equal(dist_read(0x208, 4), 0xfff);
	check();
	dist_write(0x188, 4, ALL);
	for (unsigned int i = 1; i < 3; i++) {
		load(i, i);
	}
	on_cpu(0);
	take_kicks();
	assert_int_equal(take_all(3), 0);
	assert_int_equal(f.vm.vgic.bank[1].in_lr, 0);
	dist_write(0x108, 4, ALL);
	take_kicks();
	assert_int_equal(take_all(3), 12);
}

static void test_sgi_to_all(void **state)
{
	(void)state;
	start(4, 0, 0);
	for (unsigned int i = 0; i < 4; i++) {
		redist_write(i, SGI_FRAME + 0x80, 4, 0xffff);
		redist_write(i, SGI_FRAME + 0x100, 4, 0xffff);
	}
	take_kicks();
	steps = 0;
	f.kicks = 0;
	/* One at once, the others with interrupts open. */
	assert_true(vgic_sgi(&f.vcpu[0], 1ULL << 40 | 5ULL << 24, true));
	assert_int_equal(f.kicks, 3);
	assert_int_equal(steps, 2);
	take_kicks();
	assert_int_equal(take_all(4), 3);
	assert_false(vgic_sgi(&f.vcpu[0], 5ULL << 24 | 2U, true));
}

static int stop(void **state)
{
	(void)state;
	fake_arch.on_spin = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_groups, stop),
		cmocka_unit_test_teardown(test_groups_by_two, stop),
		cmocka_unit_test_teardown(test_moves, stop),
		cmocka_unit_test_teardown(test_notes, stop),
		cmocka_unit_test_teardown(test_sgi_to_all, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
