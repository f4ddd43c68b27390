/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several vCPUs: SGIs, routing, changes of what is in another CPU's list registers, saving and loading, and a long run
 * of everything at random.
 */
#include "vgic_fixture.h"

static uint64_t sgi1r(uint32_t intid, uint32_t list)
{
	return (uint64_t)intid << 24 | list;
}

static void pulse(uint32_t intid)
{
	vgic_set_spi(&f.vm, intid, true);
	vgic_set_spi(&f.vm, intid, false);
	check();
}

static uint32_t take_on(unsigned int cpu)
{
	uint32_t intid;

	on_cpu(cpu);
	intid = take();
	check();
	return intid;
}

static void test_sgi_decode(void **state)
{
	(void)state;
	fixture_start(4, 4);
	for (unsigned int v = 0; v < 4; v++) {
		for (uint32_t i = 0; i < 16; i++) {
			setup_irq(v, i, 0x80, true);
		}
	}
	on_cpu(0);
	vgic_sgi(&f.vcpu[0], sgi1r(3, 0x6), true);
	assert_int_equal(f.kicked, 6);
	take_kicks();
	assert_int_equal(take_on(0), SPURIOUS);
	assert_int_equal(take_on(1), 3);
	assert_int_equal(take_on(2), 3);
	assert_int_equal(take_on(3), SPURIOUS);
	/* All but oneself, whatever the rest says. */
	on_cpu(2);
	vgic_sgi(&f.vcpu[2], 1ULL << 40 | sgi1r(15, 0xffff), true);
	take_kicks();
	for (unsigned int v = 0; v < 4; v++) {
		assert_int_equal(take_on(v), v == 2 ? SPURIOUS : 15);
	}
	/* Nobody: other clusters, other ranges, no such vCPU. */
	f.kicked = 0;
	on_cpu(0);
	for (unsigned int bit = 0; bit < 64; bit++) {
		bool list = bit < 4 || (bit >= 24 && bit < 28) || bit == 40;
		bool reserved = (bit >= 28 && bit < 32) || (bit >= 41 && bit < 44) || bit >= 56;

		if (list || reserved || bit < 16) {
			continue;
		}
		vgic_sgi(&f.vcpu[0], sgi1r(1, 0xf) | 1ULL << bit, true);
	}
	vgic_sgi(&f.vcpu[0], sgi1r(1, 0xfff0), true);
	assert_int_equal(f.kicked, 0);
	assert_int_equal(take_on(0), SPURIOUS);
	/* To oneself: no kick. */
	vgic_sgi(&f.vcpu[0], sgi1r(0, 1), true);
	assert_int_equal(f.kicks, 5);
	assert_int_equal(take_on(0), 0);
}

static void test_sgi_groups(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 1, 0x80, true);
	redist_write(0, SGI_FRAME + 0x100, 4, 0xf);
	vgic_sgi(&f.vcpu[0], sgi1r(1, 1), false);
	assert_int_equal(take_on(0), SPURIOUS);
	vgic_sgi(&f.vcpu[0], sgi1r(2, 1), true);
	assert_int_equal(take_on(0), SPURIOUS);
	vgic_sgi(&f.vcpu[0], sgi1r(2, 1), false);
	assert_int_equal(fake_gic_ack(false), 2);
	fake_gic_eoi(false, 2);
	/* Secure Group 1 is Group 1. */
	redist_write(0, SGI_FRAME + 0xd00, 4, 4);
	vgic_sgi(&f.vcpu[0], sgi1r(2, 1), false);
	assert_int_equal(fake_gic_signalled(false), SPURIOUS);
	vgic_sgi(&f.vcpu[0], sgi1r(2, 1), true);
	assert_int_equal(take_on(0), 2);
}

static void test_sgi_self(void **state)
{
	(void)state;
	fixture_start(2, 2);
	setup_irq(0, 3, 0x80, true);
	for (unsigned int i = 0; i < 5; i++) {
		vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
		assert_int_equal(take(), 3);
		assert_int_equal(take(), SPURIOUS);
	}
	/* Active, and pending again; and twice is once. */
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	assert_int_equal(ack(), 3);
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	eoi(3);
	assert_int_equal(take(), 3);
	assert_int_equal(take(), SPURIOUS);
	/* From another CPU and from itself: one or two, but not none, and no more than two. */
	on_cpu(1);
	vgic_sgi1r(&f.vcpu[1], sgi1r(3, 1));
	on_cpu(0);
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	assert_int_equal(take(), 3);
	take_kicks();
	(void)take();
	assert_int_equal(take(), SPURIOUS);
	/* Disabled, of the other group, the group off: nothing comes, and it waits. */
	redist_write(0, SGI_FRAME + 0x180, 4, 1U << 3);
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	assert_int_equal(take(), SPURIOUS);
	redist_write(0, SGI_FRAME + 0x100, 4, 1U << 3);
	assert_int_equal(take(), 3);
	redist_write(0, SGI_FRAME + 0x80, 4, 0);
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	redist_write(0, SGI_FRAME + 0x80, 4, UINT32_MAX);
	assert_int_equal(take(), SPURIOUS);
	dist_write(0, 4, 1);
	vgic_sgi1r(&f.vcpu[0], sgi1r(3, 1));
	assert_int_equal(take(), SPURIOUS);
	dist_write(0, 4, 3);
	assert_int_equal(take(), 3);
	check();
}

static void test_sgi_storm(void **state)
{
	(void)state;
	fixture_start(2, 4);
	for (uint32_t i = 0; i < 16; i++) {
		setup_irq(1, i, (uint8_t)(i << 4), true);
	}
	on_cpu(0);
	for (unsigned int round = 0; round < 100; round++) {
		for (uint32_t i = 0; i < 16; i++) {
			vgic_sgi1r(&f.vcpu[0], sgi1r(15 - i, 2));
		}
	}
	/* One for each; those that follow are one with the first. */
	assert_int_equal(f.kicks, 16);
	take_kicks();
	for (uint32_t i = 0; i < 15; i++) {
		assert_int_equal(take_on(1), i);
	}
	/* The last has the idle priority's neighbour, which the mask of the fixture holds back. */
	assert_int_equal(take_on(1), SPURIOUS);
	/* Again while one is active. */
	on_cpu(0);
	vgic_sgi(&f.vcpu[0], sgi1r(5, 2), true);
	take_kicks();
	on_cpu(1);
	assert_int_equal(ack(), 5);
	on_cpu(0);
	vgic_sgi(&f.vcpu[0], sgi1r(5, 2), true);
	take_kicks();
	on_cpu(1);
	eoi(5);
	assert_int_equal(take_on(1), 5);
	assert_int_equal(take_on(1), SPURIOUS);
}

static void test_route(void **state)
{
	(void)state;
	fixture_start(3, 4);
	setup_irq(1, 50, 0x80, true);
	on_cpu(0);
	assert_int_equal(dist_read(0x6000 + 8 * 50, 8), 1);
	pulse(50);
	take_kicks();
	assert_int_equal(take_on(0), SPURIOUS);
	assert_int_equal(take_on(1), 50);
	/* Pending in the list register of a running vCPU: it goes along. */
	on_cpu(0);
	pulse(50);
	take_kicks();
	dist_write(0x6000 + 8 * 50, 8, 2);
	take_kicks();
	take_kicks();
	assert_int_equal(take_on(1), SPURIOUS);
	assert_int_equal(take_on(2), 50);
	/* In the list register of a preempted one. */
	on_cpu(0);
	dist_write(0x6000 + 8 * 50, 4, 1);
	pulse(50);
	take_kicks();
	on_cpu(1);
	save(1);
	on_cpu(0);
	dist_write(0x6000 + 8 * 50, 8, 0);
	assert_int_equal(take_on(0), 50);
	load(1, 1);
	assert_int_equal(take_on(1), SPURIOUS);
	/* Active stays. */
	on_cpu(0);
	pulse(50);
	assert_int_equal(ack(), 50);
	dist_write(0x6000 + 8 * 50, 8, 1);
	pulse(50);
	take_kicks();
	assert_int_equal(take_on(1), SPURIOUS);
	on_cpu(0);
	eoi(50);
	/* Nobody. */
	(void)take_on(0);
	take_kicks();
	(void)take_on(1);
	dist_write(0x6000 + 8 * 50, 8, 7);
	pulse(50);
	take_kicks();
	for (unsigned int v = 0; v < 3; v++) {
		assert_int_equal(take_on(v), SPURIOUS);
	}
	dist_write(0x6004 + 8 * 50, 4, 1);
	assert_int_equal(dist_read(0x6000 + 8 * 50, 8), 0x100000007ULL);
	dist_write(0x6000 + 8 * 50, 8, 2);
	take_kicks();
	assert_int_equal(take_on(2), 50);
	/* Any that is on and awake. */
	on_cpu(0);
	f.vcpu[0].power = VCPU_OFF;
	dist_write(0x6000 + 8 * 50, 8, 1ULL << 31 | 2);
	assert_int_equal(dist_read(0x6000 + 8 * 50, 8), 1ULL << 31 | 2);
	pulse(50);
	take_kicks();
	assert_int_equal(take_on(1), 50);
	redist_write(1, 0x14, 4, 2);
	assert_int_equal(redist_read(1, 0x14, 4), 6);
	pulse(50);
	take_kicks();
	assert_int_equal(take_on(2), 50);
}

static void test_remote_registers(void **state)
{
	(void)state;
	fixture_start(2, 4);
	setup_irq(1, 50, 0x80, true);
	on_cpu(0);
	pulse(50);
	take_kicks();
	/* What is read is as old as the other's last exit, and the next read is not. */
	assert_int_equal(dist_read(0x204, 4), 1U << 18);
	on_cpu(1);
	assert_int_equal(fake_gic_ack(true), 50);
	on_cpu(0);
	assert_int_equal(dist_read(0x304, 4), 0);
	take_kicks();
	assert_int_equal(dist_read(0x204, 4), 0);
	assert_int_equal(dist_read(0x304, 4), 1U << 18);
	on_cpu(1);
	fake_gic_eoi(true, 50);
	on_cpu(0);
	(void)dist_read(0x304, 4);
	take_kicks();
	assert_int_equal(dist_read(0x304, 4), 0);
	/* Cleared, disabled, made active from afar. */
	pulse(50);
	take_kicks();
	dist_write(0x284, 4, 1U << 18);
	take_kicks();
	assert_int_equal(take_on(1), SPURIOUS);
	on_cpu(0);
	pulse(50);
	take_kicks();
	dist_write(0x184, 4, 1U << 18);
	take_kicks();
	assert_int_equal(take_on(1), SPURIOUS);
	on_cpu(0);
	dist_write(0x104, 4, 1U << 18);
	take_kicks();
	on_cpu(1);
	assert_int_equal(ack(), 50);
	on_cpu(0);
	dist_write(0x384, 4, 1U << 18);
	take_kicks();
	assert_int_equal(dist_read(0x304, 4), 0);
	on_cpu(1);
	eoi(50);
	on_cpu(0);
	/* A request that comes too late: the guest has ended the interrupt. */
	pulse(50);
	take_kicks();
	on_cpu(1);
	assert_int_equal(take(), 50);
	on_cpu(0);
	dist_write(0x304, 4, 1U << 18);
	take_kicks();
	assert_int_equal(dist_read(0x304, 4), 1U << 18);
	pulse(50);
	take_kicks();
	assert_int_equal(take_on(1), SPURIOUS);
	on_cpu(0);
	dist_write(0x384, 4, 1U << 18);
	take_kicks();
	take_kicks();
	assert_int_equal(take_on(1), 50);
	/* A private interrupt of another vCPU. */
	setup_irq(1, 20, 0x40, false);
	on_cpu(0);
	redist_write(1, SGI_FRAME + 0x200, 4, 1U << 20);
	take_kicks();
	assert_int_equal(take_on(1), 20);
	vgic_set_ppi(&f.vcpu[1], 20, true);
	on_cpu(1);
	assert_int_equal(ack(), 20);
	vgic_set_ppi(&f.vcpu[1], 20, false);
	eoi(20);
	assert_int_equal(take_on(1), SPURIOUS);
}

static void test_waiting(void **state)
{
	(void)state;
	fixture_start(2, 4);
	setup_irq(0, 50, 0x80, true);
	/* Resident here: it is filled without a kick, unless its thread waits. */
	pulse(50);
	assert_int_equal(f.kicks, 0);
	assert_int_equal(take_on(0), 50);
	f.vcpu[0].waiting = 1;
	pulse(50);
	assert_int_equal(f.kicks, 1);
	f.vcpu[0].waiting = 0;
	assert_int_equal(take_on(0), 50);
	/* Again while it is not resident, and its list register is known for the time before. */
	redist_write(0, SGI_FRAME + 0x80, 4, 0xffff);
	redist_write(0, SGI_FRAME + 0x100, 4, 0xffff);
	vgic_sgi(&f.vcpu[1], sgi1r(4, 1), true);
	assert_int_equal(take_on(0), 4);
	save(0);
	assert_false(vgic_pending(&f.vcpu[0]));
	vgic_sgi(&f.vcpu[1], sgi1r(4, 1), true);
	assert_true(vgic_pending(&f.vcpu[0]));
	load(0, 0);
	assert_int_equal(take_on(0), 4);
	save(0);
	vgic_sgi(&f.vcpu[1], sgi1r(4, 1), true);
	load(0, 0);
	assert_true(vgic_pending(&f.vcpu[0]));
	assert_int_equal(take_on(0), 4);
	/* A level that comes again when its vCPU is saved: whoever waits is to hear of it. */
	setup_irq(0, 51, 0x80, false);
	vgic_set_spi(&f.vm, 51, true);
	assert_int_equal(fake_gic_ack(true), 51);
	fake_gic_eoi(true, 51);
	f.kicks = 0;
	save(0);
	assert_true(f.kicks != 0);
	assert_true(vgic_pending(&f.vcpu[0]));
}

/* vCPU 0 sends it to vCPU 1, whose CPU hears of it, or not yet. */
static void send_to_1(uint32_t intid)
{
	on_cpu(0);
	vgic_sgi1r(&f.vcpu[0], sgi1r(intid, 2));
}

static void expect_on_1(uint32_t intid)
{
	take_kicks();
	assert_int_equal(take_on(1), intid);
	assert_int_equal(take_on(1), SPURIOUS);
}

static void two_vcpus_with_sgis(void)
{
	fixture_start(2, 4);
	for (uint32_t i = 0; i < 16; i++) {
		setup_irq(1, i, 0x80, true);
	}
	f.kicks = 0;
}

/* An SGI that waits in the mailbox, without the lock, is pending like any other. */
static void test_sgi_sent_without_the_lock(void **state)
{
	(void)state;
	two_vcpus_with_sgis();
	for (unsigned int i = 0; i < 5; i++) {
		send_to_1(5);
		expect_on_1(5);
	}
	assert_int_equal(f.kicks, 5);
	/* The register that showed it last was its list register: that one again. */
	assert_int_equal(__builtin_popcount(f.vcpu[1].vgic.used), 1);
	/* Two at once, one of them twice. */
	send_to_1(5);
	send_to_1(6);
	send_to_1(5);
	take_kicks();
	assert_int_equal(take_on(1), 5);
	expect_on_1(6);
	/* While the one before is active. */
	send_to_1(5);
	take_kicks();
	on_cpu(1);
	assert_int_equal(ack(), 5);
	send_to_1(5);
	take_kicks();
	on_cpu(1);
	assert_int_equal(ack(), SPURIOUS);
	eoi(5);
	expect_on_1(5);
}

static void test_sgi_registers_before_the_kick(void **state)
{
	(void)state;
	two_vcpus_with_sgis();
	send_to_1(5);
	assert_int_equal(redist_read(1, SGI_FRAME + 0x200, 4), 1U << 5);
	redist_write(1, SGI_FRAME + 0x280, 4, 1U << 5);
	assert_int_equal(redist_read(1, SGI_FRAME + 0x200, 4), 0);
	expect_on_1(SPURIOUS);
	/* Disabled meanwhile: it stays pending. */
	send_to_1(5);
	redist_write(1, SGI_FRAME + 0x180, 4, 1U << 5);
	expect_on_1(SPURIOUS);
	assert_int_equal(redist_read(1, SGI_FRAME + 0x200, 4), 1U << 5);
	redist_write(1, SGI_FRAME + 0x100, 4, 1U << 5);
	expect_on_1(5);
	/* Disabled before: nobody is kicked. */
	redist_write(1, SGI_FRAME + 0x180, 4, 1U << 5);
	take_kicks();
	f.kicks = 0;
	send_to_1(5);
	assert_int_equal(f.kicks, 0);
	redist_write(1, SGI_FRAME + 0x100, 4, 1U << 5);
	expect_on_1(5);
	/* Of the other group: it is not this register's. */
	redist_write(1, SGI_FRAME + 0x80, 4, 0);
	take_kicks();
	send_to_1(5);
	redist_write(1, SGI_FRAME + 0x80, 4, UINT32_MAX);
	expect_on_1(SPURIOUS);
}

static void test_sgi_to_one_that_is_not_there(void **state)
{
	(void)state;
	two_vcpus_with_sgis();
	/* Its thread is on another CPU than its list registers. */
	assert_false(vgic_pending(&f.vcpu[1]));
	send_to_1(5);
	assert_true(vgic_pending(&f.vcpu[1]));
	on_cpu(1);
	save(1);
	assert_true(vgic_pending(&f.vcpu[1]));
	load(1, 1);
	expect_on_1(5);
	/* In memory all the time. */
	on_cpu(1);
	save(1);
	assert_false(vgic_pending(&f.vcpu[1]));
	send_to_1(5);
	send_to_1(7);
	on_cpu(1);
	assert_true(vgic_pending(&f.vcpu[1]));
	load(1, 1);
	take_kicks();
	assert_int_equal(take_on(1), 5);
	expect_on_1(7);
	/* Not after a reset. */
	send_to_1(5);
	save(0);
	on_cpu(1);
	save(1);
	vgic_reset(&f.vm);
	assert_int_equal(f.vcpu[1].vgic.sgis, 0);
}

static void test_reset(void **state)
{
	(void)state;
	fixture_start(2, 4);
	setup_irq(0, 50, 0x80, true);
	setup_irq(1, 3, 0x80, true);
	pulse(50);
	vgic_sgi(&f.vcpu[0], sgi1r(3, 2), true);
	take_kicks();
	on_cpu(1);
	assert_int_equal(ack(), 3);
	save(1);
	on_cpu(0);
	save(0);
	vgic_reset(&f.vm);
	check();
	for (unsigned int v = 0; v < 2; v++) {
		load(v, v);
		fake_gic.cpu[v].vmcr |= 0xf0000000U | ICH_VMCR_ENG0 | ICH_VMCR_ENG1;
		assert_int_equal(take_on(v), SPURIOUS);
		assert_int_equal(fake_gic.cpu[v].ap1r[0], 0);
	}
	assert_int_equal(dist_read(0x104, 4) | dist_read(0x204, 4) | dist_read(0x304, 4), 0);
	assert_int_equal(redist_read(1, 0x14, 4), 6);
}

/* ---- everything at random ----------------------------------------------------------------------- */

#define VCPUS 5U
#define CPUS  3U

/* Interrupts that each CPU's vCPU has acknowledged, innermost last. */
static uint32_t nested[VCPUS][300];
static unsigned int depth[VCPUS];

static void step_guest(void)
{
	unsigned int cpu = (unsigned int)unit_below(CPUS);
	struct vcpu *v;

	on_cpu(cpu);
	v = vcpu_resident();
	if (v == NULL) {
		return;
	}
	if (unit_below(2) == 0U && depth[v->id] < 30U) {
		uint32_t intid = ack();

		if (intid != SPURIOUS) {
			assert_true(intid < VGIC_INTIDS);
			nested[v->id][depth[v->id]++] = intid;
		}
	} else if (depth[v->id] != 0U) {
		eoi(nested[v->id][--depth[v->id]]);
	}
}

static void step_move(void)
{
	unsigned int cpu = (unsigned int)unit_below(CPUS);
	unsigned int vcpu = (unsigned int)unit_below(VCPUS);

	on_cpu(cpu);
	if (vcpu_resident() != NULL) {
		save(vcpu_resident()->id);
	}
	if (f.vcpu[vcpu].resident == NULL) {
		load(vcpu, cpu);
	}
}

static void step_timer(void)
{
	struct vcpu *v;

	on_cpu((unsigned int)unit_below(CPUS));
	v = vcpu_resident();
	if (v == NULL) {
		return;
	}
	f.timer_line[v->id] = !f.timer_line[v->id];
	if (f.timer_line[v->id] &&
	    (fake_gic.ppi_active[fake_gic.current] >> HOST_TIMER & 1U) == 0U) {
		fire(v->id);
	}
}

static void step_register(void)
{
	static const uint32_t arrays[] = {0x80,  0x100, 0x100, 0x180, 0x200,
					  0x280, 0x300, 0x380, 0x380, 0xd00};
	uint32_t array = arrays[unit_below(10)];
	uint32_t bits = (uint32_t)(unit_random() & unit_random());
	unsigned int vcpu = (unsigned int)unit_below(VCPUS);

	on_cpu((unsigned int)unit_below(CPUS));
	switch (unit_below(6)) {
	case 0:
		redist_write(vcpu, SGI_FRAME + array, 4, bits);
		break;
	case 1:
		dist_write(array + 4, 4, bits);
		break;
	case 2:
		dist_write(0x400 + 32 + (uint32_t)unit_below(32), 1, unit_random());
		break;
	case 3:
		dist_write(0x6000 + 8 * (32 + (uint32_t)unit_below(32)), 8,
			   unit_below(VCPUS + 1) | unit_below(2) << 31);
		break;
	case 4:
		(void)dist_read(0x204, 4);
		(void)redist_read(vcpu, SGI_FRAME + 0x304, 4);
		break;
	default:
		if (unit_below(20) == 0U) {
			dist_write(0, 4, unit_random());
		} else {
			dist_write(0xc00 + 8 + 4 * (uint32_t)unit_below(2), 4, bits);
		}
		break;
	}
}

static void step_sgi(void)
{
	uint64_t value = sgi1r((uint32_t)unit_below(16), (uint32_t)unit_below(64));
	struct vcpu *v;

	on_cpu((unsigned int)unit_below(CPUS));
	v = vcpu_resident();
	if (v == NULL || unit_below(4) == 0U) {
		vgic_sgi(&f.vcpu[unit_below(VCPUS)], value, true);
	} else {
		uint32_t one = unit_below(2) == 0U ? v->id : (uint32_t)unit_below(VCPUS);

		vgic_sgi1r(v, unit_below(3) == 0U ? value : sgi1r(value >> 24 & 3U, 1U << one));
	}
}

static void step(void)
{
	switch (unit_below(8)) {
	case 0:
	case 1:
	case 2:
		step_guest();
		break;
	case 3:
		step_move();
		break;
	case 4:
		step_timer();
		break;
	case 5:
		step_sgi();
		break;
	case 6:
		on_cpu((unsigned int)unit_below(CPUS));
		vgic_set_spi(&f.vm, 32 + (uint32_t)unit_below(32), unit_below(2) != 0U);
		break;
	default:
		step_register();
		break;
	}
}

/* In the end all is quiet: what is pending and enabled is taken by somebody. */
static void drain(void)
{
	dist_write(0, 4, 3);
	for (uint32_t i = 0; i < 32; i++) {
		vgic_set_spi(&f.vm, 32 + i, false);
		dist_write(0x6000 + 8 * (32 + i), 8, i % CPUS);
	}
	dist_write(0x84, 4, UINT32_MAX);
	dist_write(0x104, 4, UINT32_MAX);
	for (uint32_t i = 0; i < 8; i++) {
		dist_write(0x420 + 4 * i, 4, 0x80808080U);
	}
	for (unsigned int v = 0; v < VCPUS; v++) {
		f.timer_line[v] = false;
		for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
			on_cpu(cpu);
			if (vcpu_resident() != NULL) {
				save(vcpu_resident()->id);
			}
		}
		load(v, v % CPUS);
		while (depth[v] != 0U) {
			eoi(nested[v][--depth[v]]);
		}
		fake_gic.cpu[v % CPUS].ap1r[0] = 0U;
		redist_write(v, SGI_FRAME + 0x80, 4, UINT32_MAX);
		redist_write(v, SGI_FRAME + 0x100, 4, UINT32_MAX);
		redist_write(v, SGI_FRAME + 0x380, 4, UINT32_MAX);
	}
	dist_write(0x384, 4, UINT32_MAX);
	for (unsigned int round = 0; round < 2U * VCPUS; round++) {
		unsigned int v = round % VCPUS;

		on_cpu(v % CPUS);
		if (vcpu_resident() != NULL) {
			save(vcpu_resident()->id);
		}
		load(v, v % CPUS);
		for (unsigned int i = 0; take() != SPURIOUS; i++) {
			assert_true(i < 100U);
			take_kicks();
		}
		check();
	}
	for (unsigned int v = 0; v < VCPUS; v++) {
		assert_int_equal(redist_read(v, SGI_FRAME + 0x200, 4), 0);
		assert_int_equal(f.vcpu[v].vgic.active_out, 0);
		assert_int_equal(f.vcpu[v].vgic.bank.hw_active,
				 vgic_timer_open(&f.vcpu[v]) && f.vcpu[v].resident != NULL
					 ? 1U << TIMER
					 : 0U);
	}
	assert_int_equal(f.vm.vgic.bank[0].latch | f.vm.vgic.bank[0].ready, 0);
	for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
		assert_int_equal(fake_gic.ppi_active[cpu], 0);
	}
}

static void test_random(void **state)
{
	unsigned int shortly = 0;

	(void)state;
	uint64_t seed = unit_random_start();

	for (unsigned int round = 0; round < 60; round++) {
		memset(depth, 0, sizeof(depth));
		fixture_bare(VCPUS, 1U + round % 4U);
		for (unsigned int v = 0; v < VCPUS; v++) {
			f.vcpu[v].vgic.vmcr = 0xff000000U | ICH_VMCR_ENG1 | ICH_VMCR_ENG0 |
					      ICH_VMCR_FIQEN;
			redist_write(v, SGI_FRAME + 0x80, 4, UINT32_MAX);
			redist_write(v, SGI_FRAME + 0x100, 4, UINT32_MAX);
			for (uint32_t i = 0; i < 32; i++) {
				redist_write(v, SGI_FRAME + 0x400 + i, 1, unit_random() & 0x70U);
			}
		}
		dist_write(0, 4, 3);
		for (unsigned int i = 0; i < 1500; i++) {
			step();
			if (unit_below(3) == 0U) {
				take_kicks();
			}
			for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
				on_cpu(cpu);
				maintain();
			}
			check();
		}
		on_cpu(0);
		take_kicks();
		drain();
		shortly += f.shortly;
	}
	assert_true(shortly != 0U);
	(void)seed;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sgi_decode),
		cmocka_unit_test(test_sgi_groups),
		cmocka_unit_test(test_sgi_self),
		cmocka_unit_test(test_sgi_storm),
		cmocka_unit_test(test_sgi_sent_without_the_lock),
		cmocka_unit_test(test_sgi_registers_before_the_kick),
		cmocka_unit_test(test_sgi_to_one_that_is_not_there),
		cmocka_unit_test(test_route),
		cmocka_unit_test(test_remote_registers),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
