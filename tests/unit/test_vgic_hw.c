/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts that are tied to physical ones: the virtual timer, and SPIs of a device that was passed through.
 */
#include "vgic_fixture.h"

#define HOST_SPI 100U

/* The physical timer interrupt comes and is handled on the current CPU: it is active from then on. */
static void timer_fires(unsigned int vcpu)
{
	f.timer_line[vcpu] = true;
	fire(vcpu);
	check();
}

static bool host_active(void)
{
	return (fake_gic.ppi_active[fake_gic.current] >> HOST_TIMER & 1U) != 0U;
}

static void test_timer(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, TIMER, 0x80, false);
	for (unsigned int i = 0; i < 10; i++) {
		timer_fires(0);
		assert_int_equal(fake_gic.cpu[0].lr[GUEST_TIMER_LR] & LR_HW, LR_HW);
		assert_int_equal(LR_PINTID(fake_gic.cpu[0].lr[GUEST_TIMER_LR]), HOST_TIMER);
		assert_int_equal(ack(), TIMER);
		assert_true(host_active());
		f.timer_line[0] = false;
		/* The guest's end of interrupt is the physical one, and nobody is interrupted by it. */
		fake_gic_eoi(true, TIMER);
		assert_false(fake_gic_maintenance());
		assert_false(host_active());
	}
	assert_int_equal(f.deactivated, 0);
	assert_int_equal(redist_read(0, SGI_FRAME + 0x200, 4), 0);
	check();
}

static void test_disabled(void **state)
{
	(void)state;
	fixture_start(1, 4);
	timer_fires(0);
	assert_int_equal(take(), SPURIOUS);
	assert_true(host_active());
	/* Enabled with the line still high. */
	setup_irq(0, TIMER, 0x80, false);
	assert_int_equal(ack(), TIMER);
	f.timer_line[0] = false;
	eoi(TIMER);
	assert_false(host_active());
	/* Enabled when the line has fallen. */
	redist_write(0, SGI_FRAME + 0x180, 4, 1U << TIMER);
	timer_fires(0);
	f.timer_line[0] = false;
	redist_write(0, SGI_FRAME + 0x100, 4, 1U << TIMER);
	check();
	assert_int_equal(take(), SPURIOUS);
	assert_false(host_active());
	assert_int_equal(f.deactivated, 1);
	/* Disabled while it waits in a list register. */
	timer_fires(0);
	redist_write(0, SGI_FRAME + 0x180, 4, 1U << TIMER);
	check();
	assert_int_equal(take(), SPURIOUS);
	assert_true(host_active());
	assert_int_equal(redist_read(0, SGI_FRAME + 0x200, 4), 1U << TIMER);
	redist_write(0, SGI_FRAME + 0x100, 4, 1U << TIMER);
	assert_int_equal(take(), TIMER);
	assert_false(host_active());
	check();
}

static void test_save_load(void **state)
{
	(void)state;
	fixture_start(2, 4);
	on_cpu(1);
	save(1);
	on_cpu(0);
	setup_irq(0, TIMER, 0x80, false);
	setup_irq(1, TIMER, 0x80, false);
	/* Pending, preempted by another vCPU of which the timer fires, moved to another CPU. */
	timer_fires(0);
	save(0);
	assert_false(host_active());
	load(1, 0);
	assert_false(host_active());
	timer_fires(1);
	assert_int_equal(ack(), TIMER);
	load(0, 1);
	assert_true(host_active());
	assert_int_equal(ack(), TIMER);
	save(0);
	assert_false(host_active());
	/* Active, and nothing else than active. */
	on_cpu(0);
	assert_true(host_active());
	save(1);
	assert_false(host_active());
	load(0, 0);
	assert_true(host_active());
	assert_int_equal(take(), SPURIOUS);
	f.timer_line[0] = false;
	eoi(TIMER);
	assert_false(host_active());
	save(0);
	load(0, 0);
	assert_false(host_active());
	f.timer_line[1] = false;
	load(1, 1);
	assert_true(host_active());
	eoi(TIMER);
	assert_false(host_active());
	check();
}

static void test_line_falls(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, TIMER, 0x80, false);
	/* While it was not resident, the deadline was moved: nothing comes. */
	timer_fires(0);
	save(0);
	f.timer_line[0] = false;
	load(0, 0);
	check();
	assert_false(host_active());
	assert_int_equal(take(), SPURIOUS);
	/* Disabled meanwhile. */
	timer_fires(0);
	redist_write(0, SGI_FRAME + 0x180, 4, 1U << TIMER);
	save(0);
	f.timer_line[0] = false;
	load(0, 0);
	assert_false(host_active());
	assert_int_equal(redist_read(0, SGI_FRAME + 0x200, 4), 0);
	check();
}

static void test_by_software(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, TIMER, 0x80, false);
	/* Made pending by software: nothing physical. */
	redist_write(0, SGI_FRAME + 0x200, 4, 1U << TIMER);
	assert_int_equal(ack(), TIMER);
	/* The timer fires meanwhile. */
	timer_fires(0);
	assert_int_equal(fake_gic_signalled(true), SPURIOUS);
	eoi(TIMER);
	assert_true(host_active());
	assert_int_equal(ack(), TIMER);
	/* Active, and made pending by software. */
	redist_write(0, SGI_FRAME + 0x200, 4, 1U << TIMER);
	check();
	eoi(TIMER);
	f.timer_line[0] = false;
	assert_int_equal(take(), TIMER);
	check();
	assert_int_equal(take(), SPURIOUS);
	save(0);
	load(0, 0);
	assert_false(host_active());
	/* Deactivated by register: the physical one, too. */
	timer_fires(0);
	assert_int_equal(ack(), TIMER);
	redist_write(0, SGI_FRAME + 0x380, 4, 1U << TIMER);
	check();
	assert_false(host_active());
	eoi(TIMER);
	/* Pending, made active by register. */
	timer_fires(0);
	redist_write(0, SGI_FRAME + 0x300, 4, 1U << TIMER);
	check();
	assert_int_equal(take(), SPURIOUS);
	redist_write(0, SGI_FRAME + 0x380, 4, 1U << TIMER);
	assert_false(host_active());
	check();
}

static void test_evicted_while_active(void **state)
{
	(void)state;
	fixture_start(1, 1);
	setup_irq(0, TIMER, 0x80, false);
	setup_irq(0, 40, 0x10, true);
	timer_fires(0);
	assert_int_equal(ack(), TIMER);
	/* The one list register is needed for something more urgent. */
	vgic_set_spi(&f.vm, 40, true);
	vgic_set_spi(&f.vm, 40, false);
	assert_int_equal(ack(), 40);
	check();
	assert_true(host_active());
	eoi(40);
	save(0);
	assert_false(host_active());
	load(0, 0);
	assert_true(host_active());
	f.timer_line[0] = false;
	eoi(TIMER);
	assert_false(host_active());
	check();
	/* EOImode 1: the deactivation traps, wherever the interrupt is. */
	fake_gic.cpu[0].vmcr |= ICH_VMCR_EOIM;
	timer_fires(0);
	assert_int_equal(ack(), TIMER);
	eoi(TIMER);
	assert_true(host_active());
	assert_true(fake_gic_dir(TIMER));
	vgic_dir(&f.vcpu[0], TIMER);
	assert_false(host_active());
	check();
}

static void host_spi_fires(unsigned int vcpu)
{
	fake_gic.spi_active[HOST_SPI / 32] |= 1U << HOST_SPI % 32;
	vgic_hw_fired(&f.vcpu[vcpu], 60);
	take_kicks();
	check();
}

static bool host_spi_active(void)
{
	return (fake_gic.spi_active[HOST_SPI / 32] >> HOST_SPI % 32 & 1U) != 0U;
}

static void test_spi(void **state)
{
	(void)state;
	fixture_start(2, 4);
	assert_int_equal(vgic_map_hw(&f.vm, NULL, 60, HOST_SPI), 0);
	setup_irq(1, 60, 0x80, true);
	for (unsigned int i = 0; i < 3; i++) {
		/* Fires on this CPU, is the other one's. */
		on_cpu(0);
		host_spi_fires(0);
		on_cpu(1);
		assert_int_equal(fake_gic_signalled(true), 60);
		assert_int_equal(take(), 60);
		assert_false(host_spi_active());
	}
	/* Routed elsewhere while the old list register is still known for it. */
	on_cpu(0);
	dist_write(0x6000 + 8 * 60, 8, 0);
	host_spi_fires(0);
	assert_int_equal(fake_gic_signalled(true), 60);
	/* A reset of the VM lets go of it. */
	save(0);
	on_cpu(1);
	save(1);
	vgic_reset(&f.vm);
	assert_false(host_spi_active());
	assert_int_equal(vgic_map_hw(&f.vm, NULL, 60, 0), 0);
	vgic_destroy(&f.vm);
}

/* The vector's short way is open, or not, as `shortly` counts its uses. */
static void short_way(void)
{
	unsigned int before = f.shortly;

	timer_fires(0);
	assert_int_equal(f.shortly, before + 1U);
}

static void long_way(void)
{
	unsigned int before = f.shortly;

	timer_fires(0);
	assert_int_equal(f.shortly, before);
}

static void end_timer(void)
{
	assert_int_equal(ack(), TIMER);
	f.timer_line[0] = false;
	eoi(TIMER);
	assert_false(host_active());
	check();
}

static void test_short_way(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, TIMER, 0x80, false);
	setup_irq(0, 2, 0x80, true);
	long_way();
	end_timer();
	/* Whatever else happens in between: the list register stays the timer's. */
	for (unsigned int i = 0; i < 5; i++) {
		short_way();
		end_timer();
		vgic_sgi1r(&f.vcpu[0], 2U << 24 | 1U);
		assert_int_equal(take(), 2);
		(void)redist_read(0, SGI_FRAME + 0x200, 4);
		save(0);
		assert_false(host_active());
		load(0, 0);
		assert_false(host_active());
	}
	/* Switched out with it pending, and active. */
	short_way();
	save(0);
	assert_false(host_active());
	load(0, 1);
	assert_true(host_active());
	assert_int_equal(ack(), TIMER);
	save(0);
	load(0, 0);
	assert_true(host_active());
	f.timer_line[0] = false;
	eoi(TIMER);
	assert_false(host_active());
	short_way();
	end_timer();
	/* With EOImode 1 the deactivation traps, and the next one is like the first. */
	fake_gic.cpu[0].vmcr |= ICH_VMCR_EOIM;
	short_way();
	assert_int_equal(ack(), TIMER);
	f.timer_line[0] = false;
	eoi(TIMER);
	assert_true(host_active());
	assert_true(fake_gic_dir(TIMER));
	vgic_dir(&f.vcpu[0], TIMER);
	assert_false(host_active());
	long_way();
	assert_int_equal(ack(), TIMER);
	eoi(TIMER);
	vgic_dir(&f.vcpu[0], TIMER);
	assert_false(host_active());
	assert_int_equal(vgic_injected(&f.vm), 15);
}

/* Its group goes away and comes back. */
static void groups_change(unsigned int cpu)
{
	/* The distributor's group off, and on. */
	on_cpu(cpu);
	dist_write(0, 4, 1);
	on_cpu(0);
	take_kicks();
	long_way();
	assert_int_equal(take(), SPURIOUS);
	on_cpu(cpu);
	dist_write(0, 4, 3);
	on_cpu(0);
	take_kicks();
	end_timer();
	/* Group 0, and back. */
	on_cpu(cpu);
	redist_write(0, SGI_FRAME + 0x80, 4, 0);
	on_cpu(0);
	take_kicks();
	long_way();
	assert_int_equal(fake_gic_signalled(false), TIMER);
	assert_int_equal(fake_gic_ack(false), TIMER);
	f.timer_line[0] = false;
	fake_gic_eoi(false, TIMER);
	on_cpu(cpu);
	redist_write(0, SGI_FRAME + 0x80, 4, UINT32_MAX);
	on_cpu(0);
	take_kicks();
	long_way();
	end_timer();
}

/* What takes the short way back, from this vCPU and from another one. */
static void test_short_way_closed(void **state)
{
	const uint32_t bit = 1U << TIMER;

	(void)state;
	fixture_start(2, 4);
	setup_irq(0, TIMER, 0x80, false);
	long_way();
	end_timer();
	for (unsigned int cpu = 0; cpu < 2; cpu++) {
		/* Disabled: it stays active in the host, and comes when enabled. */
		on_cpu(cpu);
		redist_write(0, SGI_FRAME + 0x180, 4, bit);
		on_cpu(0);
		long_way();
		take_kicks();
		assert_int_equal(take(), SPURIOUS);
		assert_true(host_active());
		on_cpu(cpu);
		redist_write(0, SGI_FRAME + 0x100, 4, bit);
		on_cpu(0);
		take_kicks();
		end_timer();
		short_way();
		end_timer();
		/* Another priority: that is what it comes with. */
		on_cpu(cpu);
		redist_write(0, SGI_FRAME + 0x400 + TIMER, 1, 0x40U + 0x10U * cpu);
		on_cpu(0);
		take_kicks();
		long_way();
		assert_int_equal(LR_PRIORITY(fake_gic.cpu[0].lr[GUEST_TIMER_LR]),
				 0x40U + 0x10U * cpu);
		end_timer();
		short_way();
		end_timer();
		groups_change(cpu);
		short_way();
		/* While it is pending in its list register. */
		on_cpu(cpu);
		redist_write(0, SGI_FRAME + 0x180, 4, bit);
		on_cpu(0);
		take_kicks();
		assert_int_equal(take(), SPURIOUS);
		on_cpu(cpu);
		redist_write(0, SGI_FRAME + 0x100, 4, bit);
		on_cpu(0);
		take_kicks();
		end_timer();
		short_way();
		end_timer();
	}
	/* Pending by software with nothing to take: the list register is in use when it fires. */
	redist_write(0, SGI_FRAME + 0x200, 4, bit);
	long_way();
	assert_int_equal(ack(), TIMER);
	f.timer_line[0] = false;
	eoi(TIMER);
	while (take() != SPURIOUS) {
	}
	assert_false(host_active());
	check();
}

/* More interrupts than list registers: the timer's is given up for them, and it gets its turn by its priority. */
static void test_short_of_lrs(void **state)
{
	(void)state;
	for (unsigned int lrs = 1; lrs <= 4; lrs++) {
		fixture_start(1, lrs);
		setup_irq(0, TIMER, 0x60, false);
		for (uint32_t i = 0; i < 8; i++) {
			setup_irq(0, i, 0x80, true);
		}
		for (unsigned int round = 0; round < 3; round++) {
			timer_fires(0);
			end_timer();
			if (lrs > 1) {
				short_way();
				end_timer();
			}
			/* All are pending, and one is active, when the timer fires. */
			for (uint32_t i = 0; i < 8; i++) {
				vgic_sgi1r(&f.vcpu[0], i << 24 | 1U);
			}
			check();
			uint32_t first = ack();

			long_way();
			end_timer();
			eoi(first);
			for (uint32_t i = 1; i < 8; i++) {
				assert_true(take() < 8U);
				check();
			}
			assert_int_equal(take(), SPURIOUS);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timer),
		cmocka_unit_test(test_disabled),
		cmocka_unit_test(test_save_load),
		cmocka_unit_test(test_line_falls),
		cmocka_unit_test(test_by_software),
		cmocka_unit_test(test_evicted_while_active),
		cmocka_unit_test(test_spi),
		cmocka_unit_test(test_short_way),
		cmocka_unit_test(test_short_way_closed),
		cmocka_unit_test(test_short_of_lrs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
