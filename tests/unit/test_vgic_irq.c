/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole interrupts through the virtual GIC: made pending, filled into list registers, taken by the guest, ended.
 */
#include "vgic_fixture.h"

static void spi(uint32_t intid, bool high)
{
	vgic_set_spi(&f.vm, intid, high);
	check();
}

static void pulse(uint32_t intid)
{
	spi(intid, true);
	spi(intid, false);
}

static void test_edge(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 40, 0x80, true);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	pulse(40);
	/* Two edges before it is taken are one interrupt. */
	pulse(40);
	assert_int_equal(ack(), 40);
	assert_int_equal(dist_read(0x304, 4), 1U << 8);
	assert_int_equal(dist_read(0x204, 4), 0);
	/* One more while it is active: active and pending. */
	pulse(40);
	assert_int_equal(dist_read(0x204, 4), 1U << 8);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	eoi(40);
	assert_int_equal(take(), 40);
	assert_int_equal(take(), SPURIOUS);
	assert_int_equal(dist_read(0x204, 4) | dist_read(0x304, 4), 0);
	assert_int_equal(vgic_injected(&f.vm), 2);
	/* And after the guest was done with it, without our having looked. */
	pulse(40);
	assert_int_equal(take(), 40);
	check();
}

static void test_level(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 33, 0xa0, false);
	spi(33, true);
	spi(33, true);
	assert_int_equal(ack(), 33);
	assert_int_equal(dist_read(0x204, 4), 2);
	/* The guest ends it with the line still high: it comes again. */
	eoi(33);
	assert_int_equal(ack(), 33);
	/* The usual way: the handler makes the line fall. No maintenance interrupt then. */
	spi(33, false);
	fake_gic_eoi(true, 33);
	assert_false(fake_gic_maintenance());
	assert_int_equal(take(), SPURIOUS);
	/* It falls before it is taken. */
	spi(33, true);
	assert_int_equal(fake_gic_signalled(true), 33);
	spi(33, false);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	/* Falls and rises while it is active. */
	spi(33, true);
	assert_int_equal(ack(), 33);
	spi(33, false);
	spi(33, true);
	eoi(33);
	assert_int_equal(ack(), 33);
	spi(33, false);
	eoi(33);
	assert_int_equal(take(), SPURIOUS);
	check();
}

static void test_level_by_software(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 33, 0xa0, false);
	dist_write(0x204, 4, 2);
	spi(33, true);
	/* The line falls, what software wanted stays. */
	spi(33, false);
	assert_int_equal(fake_gic_signalled(true), 33);
	dist_write(0x284, 4, 2);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	/* A high line is pending whatever ICPENDR says. */
	spi(33, true);
	dist_write(0x284, 4, 2);
	assert_int_equal(dist_read(0x204, 4), 2);
	assert_int_equal(ack(), 33);
	/* Active, made pending by software. */
	spi(33, false);
	dist_write(0x204, 4, 2);
	eoi(33);
	assert_int_equal(take(), 33);
	assert_int_equal(take(), SPURIOUS);
	check();
}

static void test_enable(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 34, 0xa0, true);
	dist_write(0x184, 4, 4);
	assert_int_equal(dist_read(0x104, 4), 0);
	pulse(34);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	assert_int_equal(dist_read(0x204, 4), 4);
	dist_write(0x104, 4, 4);
	assert_int_equal(fake_gic_signalled(true), 34);
	/* Back out of the list register. */
	dist_write(0x184, 4, 4);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	assert_int_equal(dist_read(0x284, 4), 4);
	dist_write(0x104, 4, 4);
	assert_int_equal(ack(), 34);
	/* Disabled while active; pending meanwhile; comes when enabled, after its end. */
	dist_write(0x184, 4, 4);
	pulse(34);
	eoi(34);
	assert_int_equal(take(), SPURIOUS);
	dist_write(0x104, 4, 4);
	assert_int_equal(take(), 34);
	/* The same, enabled again while active. */
	pulse(34);
	assert_int_equal(ack(), 34);
	dist_write(0x184, 4, 4);
	pulse(34);
	dist_write(0x104, 4, 4);
	eoi(34);
	assert_int_equal(take(), 34);
	/* Active and pending, then disabled: the pending half waits. */
	pulse(34);
	assert_int_equal(ack(), 34);
	pulse(34);
	dist_write(0x184, 4, 4);
	eoi(34);
	assert_int_equal(take(), SPURIOUS);
	dist_write(0x104, 4, 4);
	assert_int_equal(take(), 34);
	assert_int_equal(take(), SPURIOUS);
	check();
}

static void test_group_enables(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 34, 0xa0, true);
	pulse(34);
	dist_write(0, 4, 0);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	assert_int_equal(dist_read(0x204, 4), 4);
	dist_write(0, 4, 2);
	assert_int_equal(fake_gic_signalled(true), 34);
	dist_write(0, 4, 1);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	/* What an image does that takes itself for secure: Secure Group 1, its own enable. */
	dist_write(0x84, 4, 0);
	assert_int_equal(fake_gic_signalled(false), 34);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	dist_write(0xd04, 4, 4);
	dist_write(0, 4, 4);
	assert_int_equal(dist_read(0, 4), 0x54);
	assert_int_equal(fake_gic_signalled(true), 34);
	assert_int_equal(take(), 34);
	check();
}

static void test_group0(void **state)
{
	(void)state;
	fixture_start(1, 2);
	for (uint32_t i = 0; i < 4; i++) {
		setup_irq(0, 40 + i, (uint8_t)(0x80 + 8 * i), true);
	}
	dist_write(0x84, 4, 1U << 8 | 1U << 10);
	for (uint32_t i = 0; i < 4; i++) {
		pulse(40 + i);
	}
	/* 40 and 42 are of Group 1, 41 and 43 of Group 0. */
	assert_int_equal(fake_gic_signalled(true), 40);
	assert_int_equal(fake_gic_ack(true), 40);
	maintain();
	fake_gic_eoi(true, 40);
	assert_int_equal(fake_gic_signalled(false), 41);
	/* Group 1 off at the CPU interface must not keep Group 0 out of list registers, and the other way round. */
	fake_gic.cpu[0].vmcr &= ~ICH_VMCR_ENG1;
	maintain();
	assert_int_equal(fake_gic_ack(false), 41);
	fake_gic_eoi(false, 41);
	maintain();
	assert_int_equal(fake_gic_signalled(false), 43);
	fake_gic.cpu[0].vmcr &= ~ICH_VMCR_ENG0;
	fake_gic.cpu[0].vmcr |= ICH_VMCR_ENG1;
	maintain();
	assert_int_equal(take(), 42);
	assert_int_equal(take(), SPURIOUS);
	fake_gic.cpu[0].vmcr |= ICH_VMCR_ENG0;
	maintain();
	assert_int_equal(fake_gic_ack(false), 43);
	fake_gic_eoi(false, 43);
	check();
}

static void test_groups_overflow(void **state)
{
	(void)state;
	fixture_start(1, 2);
	fake_gic.cpu[0].vmcr &= ~ICH_VMCR_ENG0;
	for (uint32_t i = 0; i < 4; i++) {
		setup_irq(0, 40 + i, (uint8_t)(0x10 + 8 * i), true);
		setup_irq(0, 50 + i, (uint8_t)(0x90 + 8 * i), true);
	}
	dist_write(0x84, 4, 0xfU << 18);
	/* Four more urgent ones of a group that is off, first. */
	for (uint32_t i = 0; i < 4; i++) {
		pulse(40 + i);
	}
	for (uint32_t i = 0; i < 4; i++) {
		pulse(50 + i);
	}
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(take(), 50 + i);
	}
	assert_int_equal(take(), SPURIOUS);
	fake_gic.cpu[0].vmcr |= ICH_VMCR_ENG0;
	maintain();
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(fake_gic_ack(false), 40 + i);
		maintain();
		fake_gic_eoi(false, 40 + i);
		maintain();
	}
	check();
}

static void test_priorities(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 40, 0xa0, true);
	setup_irq(0, 41, 0x40, true);
	setup_irq(0, 42, 0xc0, true);
	pulse(42);
	pulse(40);
	pulse(41);
	assert_int_equal(ack(), 41);
	eoi(41);
	/* Changed while it waits in a list register. */
	dist_write(0x400 + 42, 1, 0x80);
	assert_int_equal(ack(), 42);
	/* A more urgent one preempts, an equal one does not. */
	setup_irq(0, 43, 0x80, true);
	pulse(43);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	dist_write(0x400 + 43, 1, 0x10);
	assert_int_equal(take(), 43);
	eoi(42);
	assert_int_equal(take(), 40);
	/* Unimplemented bits of a priority are zero. */
	dist_write(0x400 + 43, 1, 0xff);
	assert_int_equal(dist_read(0x400 + 43, 1), 0xf8);
	check();
}

static void test_overflow(void **state)
{
	static const unsigned int lrs[] = {1, 2, 4, 16};

	(void)state;
	for (unsigned int l = 0; l < 4; l++) {
		uint32_t last = 0;
		unsigned int taken = 0;

		fixture_start(1, lrs[l]);
		unit_random_start();
		for (uint32_t i = 32; i < VGIC_INTIDS; i++) {
			setup_irq(0, i, (uint8_t)(unit_random() & 0xe8U), true);
		}
		for (uint32_t i = 32; i < VGIC_INTIDS; i++) {
			pulse(i);
		}
		for (;;) {
			uint32_t intid = ack();

			check();
			if (intid == SPURIOUS) {
				break;
			}
			taken++;
			assert_true(f.vm.vgic.bank[intid / 32 - 1].priority[intid % 32] >= last);
			last = f.vm.vgic.bank[intid / 32 - 1].priority[intid % 32];
			eoi(intid);
		}
		assert_int_equal(taken, VGIC_SPIS);
		assert_int_equal(fake_gic.cpu[0].hcr, vgic_host.hcr);
	}
}

static void test_nesting_beyond_lrs(void **state)
{
	(void)state;
	fixture_start(1, 2);
	/* Eight levels of preemption in two list registers. */
	for (uint32_t i = 0; i < 8; i++) {
		setup_irq(0, 40 + i, (uint8_t)(0xc0 - 0x10 * i), true);
	}
	for (uint32_t i = 0; i < 8; i++) {
		pulse(40 + i);
		assert_int_equal(ack(), 40 + i);
		check();
	}
	assert_int_equal(dist_read(0x304, 4), 0xff00);
	/* And one more of the outermost while it is active. */
	pulse(40);
	assert_int_equal(dist_read(0x204, 4), 0x100);
	for (uint32_t i = 8; i-- > 0;) {
		eoi(40 + i);
		check();
		assert_int_equal(dist_read(0x304, 4), 0xff00U & ((1U << (8 + i)) - 1U));
	}
	assert_int_equal(take(), 40);
	assert_int_equal(take(), SPURIOUS);
	check();
}

static void test_active_registers(void **state)
{
	(void)state;
	fixture_start(1, 2);
	for (uint32_t i = 0; i < 4; i++) {
		setup_irq(0, 40 + i, 0x80, true);
	}
	/* Active by register: not signalled, wherever it is. */
	dist_write(0x304, 4, 0xf00);
	check();
	assert_int_equal(dist_read(0x304, 4), 0xf00);
	assert_int_equal(dist_read(0x384, 4), 0xf00);
	for (uint32_t i = 0; i < 4; i++) {
		pulse(40 + i);
	}
	assert_int_equal(take(), SPURIOUS);
	assert_int_equal(dist_read(0x204, 4), 0xf00);
	dist_write(0x384, 4, 0x400);
	check();
	assert_int_equal(take(), 42);
	dist_write(0x384, 4, 0xf00);
	check();
	/* All of one priority: in any order. */
	uint32_t taken = 0;

	for (uint32_t i = 0; i < 3; i++) {
		taken |= 1U << (take() - 40);
	}
	assert_int_equal(taken, 0xb);
	assert_int_equal(take(), SPURIOUS);
	/* Pending in a list register, made active. */
	pulse(40);
	dist_write(0x304, 4, 0x100);
	assert_int_equal(take(), SPURIOUS);
	assert_int_equal(dist_read(0x204, 4), 0x100);
	dist_write(0x384, 4, 0x100);
	assert_int_equal(take(), 40);
	check();
}

static void test_eoimode1(void **state)
{
	(void)state;
	fixture_start(1, 1);
	fake_gic.cpu[0].vmcr |= ICH_VMCR_EOIM;
	setup_irq(0, 40, 0x80, true);
	setup_irq(0, 41, 0x80, true);
	pulse(40);
	pulse(41);
	assert_int_equal(ack(), 40);
	eoi(40);
	/* Both active, no list register left for one of them. */
	assert_int_equal(ack(), 41);
	eoi(41);
	assert_int_equal(dist_read(0x304, 4), 0x300);
	pulse(40);
	assert_int_equal(take(), SPURIOUS);
	assert_true(fake_gic_dir(40));
	vgic_dir(&f.vcpu[0], 40);
	check();
	assert_int_equal(ack(), 40);
	eoi(40);
	vgic_dir(&f.vcpu[0], 41);
	vgic_dir(&f.vcpu[0], 40);
	vgic_dir(&f.vcpu[0], 40);
	vgic_dir(&f.vcpu[0], 1023);
	vgic_dir(&f.vcpu[0], UINT64_MAX);
	assert_int_equal(dist_read(0x304, 4), 0);
	check();
}

static void test_pending(void **state)
{
	(void)state;
	fixture_start(2, 4);
	setup_irq(0, 40, 0x80, true);
	assert_false(vgic_pending(&f.vcpu[0]));
	pulse(40);
	assert_true(vgic_pending(&f.vcpu[0]));
	fake_gic.cpu[0].vmcr &= 0x00ffffffU;
	fake_gic.cpu[0].vmcr |= 0x80000000U;
	assert_false(vgic_pending(&f.vcpu[0]));
	save(0);
	assert_false(vgic_pending(&f.vcpu[0]));
	load(0, 0);
	fake_gic.cpu[0].vmcr |= 0xf0000000U;
	assert_true(vgic_pending(&f.vcpu[0]));
	save(0);
	assert_true(vgic_pending(&f.vcpu[0]));
	load(0, 0);
	fake_gic.cpu[0].vmcr &= ~ICH_VMCR_ENG1;
	assert_false(vgic_pending(&f.vcpu[0]));
	fake_gic.cpu[0].vmcr |= ICH_VMCR_ENG1;
	assert_int_equal(ack(), 40);
	assert_false(vgic_pending(&f.vcpu[0]));
	/* Not urgent enough to preempt. */
	setup_irq(0, 41, 0x80, true);
	pulse(41);
	assert_false(vgic_pending(&f.vcpu[0]));
	eoi(40);
	assert_true(vgic_pending(&f.vcpu[0]));
	assert_int_equal(take(), 41);
	assert_false(vgic_pending(&f.vcpu[0]));
	/* Elsewhere: rather once too often. */
	on_cpu(1);
	pulse(41);
	assert_true(vgic_pending(&f.vcpu[0]));
}

static void test_bad_arguments(void **state)
{
	(void)state;
	fixture_start(1, 4);
	vgic_set_spi(&f.vm, 0, true);
	vgic_set_spi(&f.vm, 31, true);
	vgic_set_spi(&f.vm, VGIC_INTIDS, true);
	vgic_set_spi(&f.vm, UINT32_MAX, true);
	vgic_set_ppi(&f.vcpu[0], 15, true);
	vgic_set_ppi(&f.vcpu[0], 32, true);
	assert_int_not_equal(vgic_map_hw(&f.vm, &f.vcpu[0], 15, 20), 0);
	assert_int_not_equal(vgic_map_hw(&f.vm, NULL, 27, 20), 0);
	assert_int_not_equal(vgic_map_hw(&f.vm, NULL, 40, 20), 0);
	assert_int_not_equal(vgic_map_hw(&f.vm, NULL, 40, 1020), 0);
	assert_int_not_equal(vgic_map_hw(&f.vm, NULL, VGIC_INTIDS, 40), 0);
	assert_int_not_equal(vgic_map_hw(&f.vm, &f.vcpu[0], 20, 40), 0);
	vgic_hw_fired(&f.vcpu[0], VGIC_INTIDS);
	check();
	assert_int_equal(take(), SPURIOUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edge),
		cmocka_unit_test(test_level),
		cmocka_unit_test(test_level_by_software),
		cmocka_unit_test(test_enable),
		cmocka_unit_test(test_group_enables),
		cmocka_unit_test(test_group0),
		cmocka_unit_test(test_groups_overflow),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_nesting_beyond_lrs),
		cmocka_unit_test(test_active_registers),
		cmocka_unit_test(test_eoimode1),
		cmocka_unit_test(test_pending),
		cmocka_unit_test(test_bad_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
