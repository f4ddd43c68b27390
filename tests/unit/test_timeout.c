/* SPDX-License-Identifier: Apache-2.0 */
/* Timeouts on the fake architecture: the test is the timer interrupt, and time is what it says. */
#include <zephyr/kernel.h>

#include "arch/arch.h"
#include "kernel/cpu.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "unit.h"

#define COUNT 40
#define HZ    62500000U

/* What kernel/timeout.c takes from the rest of the kernel. */
struct k_spinlock z_kernel_lock;
struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];

static struct k_thread thread;
static unsigned int slices;

void z_slice_expired(struct z_cpu *cpu)
{
	slices++;
	cpu->slice_due = Z_CYCLES_NEVER;
}

static void unlocked(void)
{
	assert_int_equal(z_kernel_lock.tickets & 0xffffU, z_kernel_lock.tickets >> 16);
}

/* A timeout and what the model knows of it. */
struct watched {
	struct _timeout t;
	bool pending;
	uint64_t due;
	unsigned int order;
	unsigned int fired;
};

static struct watched all[COUNT];
static unsigned int order;
static uint64_t last_due;
static unsigned int last_order;

static void fired(struct _timeout *t)
{
	struct watched *w = CONTAINER_OF(t, struct watched, t);

	/*
	 * With the lock held, not before its time, and in order: by time, then by when it was
	 * started.
	 */
	assert_int_not_equal(z_kernel_lock.tickets & 0xffffU, z_kernel_lock.tickets >> 16);
	assert_true(w->pending);
	assert_true(w->due <= fake_arch.cycles);
	assert_true(w->due > last_due || (w->due == last_due && w->order > last_order));
	assert_false(z_timeout_pending(t));
	last_due = w->due;
	last_order = w->order;
	w->pending = false;
	w->fired++;
}

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	fake_arch_reset();
	memset(z_cpus, 0, sizeof(z_cpus));
	memset(&thread, 0, sizeof(thread));
	memset(all, 0, sizeof(all));
	for (unsigned int i = 0; i < CONFIG_MP_MAX_NUM_CPUS; i++) {
		z_cpus[i].timer_due = Z_CYCLES_NEVER;
		z_cpus[i].slice_due = Z_CYCLES_NEVER;
	}
	for (unsigned int i = 0; i < COUNT; i++) {
		z_timeout_init(&all[i].t, fired);
	}
	thread.arch.cpu = &z_cpus[0];
	fake_arch.current = &thread.arch;
	fake_arch.cycles = 1000;
	z_clock_init(HZ, 1000);
	slices = 0;
	order = 0;
	last_due = 0;
	last_order = 0;
	return 0;
}

static uint64_t cycles_of(uint64_t ticks)
{
	/* Rounded up: never early. */
	return (uint64_t)(((unsigned __int128)ticks * HZ + CONFIG_SYS_CLOCK_TICKS_PER_SEC - 1U) /
			  CONFIG_SYS_CLOCK_TICKS_PER_SEC);
}

static void start(struct watched *w, k_ticks_t ticks)
{
	unsigned int key = z_lock();

	w->pending = true;
	w->due = fake_arch.cycles + cycles_of((uint64_t)ticks);
	w->order = ++order;
	z_timeout_add(&w->t, K_TICKS(ticks));
	z_unlock(key);
	unlocked();
	assert_int_equal(w->t.due, w->due);
}

static void interrupt(void)
{
	last_due = 0;
	last_order = 0;
	z_timeout_isr();
	unlocked();
}

static uint64_t earliest(void)
{
	uint64_t due = Z_CYCLES_NEVER;

	for (unsigned int i = 0; i < COUNT; i++) {
		due = all[i].pending ? MIN(due, all[i].due) : due;
	}
	return due;
}

static void check_all(void)
{
	for (unsigned int i = 0; i < COUNT; i++) {
		assert_int_equal(z_timeout_pending(&all[i].t), all[i].pending);
	}
	/*
	 * It may stand at one that was cancelled, which costs an interrupt, but never after the
	 * earliest.
	 */
	assert_true(fake_arch.timer <= earliest());
}

static void test_one(void **state)
{
	(void)state;
	start(&all[0], 100);
	assert_int_equal(fake_arch.timer, 1000 + 100 * 62 + 50);
	assert_int_equal(z_timeout_remaining(&all[0].t), 100);
	assert_int_equal(z_timeout_expires(&all[0].t), 100);
	fake_arch.cycles = fake_arch.timer - 1;
	interrupt();
	assert_int_equal(all[0].fired, 0);
	assert_int_equal(z_timeout_remaining(&all[0].t), 1);
	fake_arch.cycles++;
	interrupt();
	assert_int_equal(all[0].fired, 1);
	assert_int_equal(z_timeout_remaining(&all[0].t), 0);
	assert_int_equal(fake_arch.timer, Z_CYCLES_NEVER);
}

static void test_past_and_absolute(void **state)
{
	unsigned int key;

	(void)state;
	fake_arch.cycles = 1000 + HZ;
	key = z_lock();
	all[0].pending = true;
	all[0].due = 1000;
	all[0].order = 1;
	z_timeout_add(&all[0].t, K_TIMEOUT_ABS_TICKS(0));
	all[1].pending = true;
	all[1].due = 1000 + 2 * (uint64_t)HZ;
	z_timeout_add(&all[1].t, K_TIMEOUT_ABS_TICKS(2 * CONFIG_SYS_CLOCK_TICKS_PER_SEC));
	z_unlock(key);
	assert_true(fake_arch.timer <= fake_arch.cycles);
	interrupt();
	assert_int_equal(all[0].fired, 1);
	assert_int_equal(fake_arch.timer, all[1].due);
	assert_int_equal(sys_clock_tick_get(), CONFIG_SYS_CLOCK_TICKS_PER_SEC);
}

static void test_far_ahead(void **state)
{
	(void)state;
	/* Ten days, and as long as there is: no overflow makes them soon. */
	start(&all[0], (k_ticks_t)10 * 86400 * CONFIG_SYS_CLOCK_TICKS_PER_SEC);
	all[1].pending = true;
	all[1].due = Z_CYCLES_NEVER / 4U;
	z_timeout_add(&all[1].t, K_TICKS(INT64_MAX / 2));
	assert_true(all[1].t.due > all[0].t.due);
	assert_int_equal(fake_arch.timer, all[0].due);
	interrupt();
	assert_int_equal(all[0].fired + all[1].fired, 0);
}

/* A callback that starts its timeout over at once must not hold the CPU. */
static void again(struct _timeout *t)
{
	struct watched *w = CONTAINER_OF(t, struct watched, t);

	w->fired++;
	assert_true(w->fired < 10);
	z_timeout_add(t, K_TICKS(0));
}

static void test_restarting_forever(void **state)
{
	(void)state;
	fake_arch.cycles_per_read = 1;
	z_timeout_init(&all[0].t, again);
	z_timeout_add(&all[0].t, K_TICKS(0));
	fake_arch.cycles += 10;
	interrupt();
	assert_true(all[0].fired >= 1 && all[0].fired <= 2);
	assert_true(z_timeout_pending(&all[0].t));
	/* The timer is set to it again, so that an interrupt follows. */
	assert_int_equal(fake_arch.timer, all[0].t.due);
}

static void test_slice(void **state)
{
	(void)state;
	z_cpus[0].slice_due = 5000;
	z_timer_update(&z_cpus[0]);
	assert_int_equal(fake_arch.timer, 5000);
	start(&all[0], 1000);
	assert_int_equal(fake_arch.timer, 5000);
	fake_arch.cycles = 5000;
	interrupt();
	assert_int_equal(slices, 1);
	assert_int_equal(fake_arch.timer, all[0].due);
}

static void test_misuse(void **state)
{
	(void)state;
	start(&all[0], 10);
	expect_assert_failure(z_timeout_add(&all[0].t, K_TICKS(5)));
}

static void test_random(void **state)
{
	(void)state;
	for (int step = 0; step < 40000; step++) {
		struct watched *w = &all[unit_below(COUNT)];

		switch (unit_below(4)) {
		case 0:
		case 1:
			if (!w->pending) {
				/* Often the same tick, so that many are due at once. */
				start(w, (k_ticks_t)unit_below(30));
			} else {
				unsigned int key = z_lock();

				assert_true(z_timeout_cancel(&w->t));
				assert_false(z_timeout_cancel(&w->t));
				w->pending = false;
				z_unlock(key);
			}
			break;
		case 2:
			fake_arch.cycles += unit_below(500);
			break;
		default:
			fake_arch.cycles = MAX(fake_arch.cycles, fake_arch.timer == Z_CYCLES_NEVER
									 ? 0U
									 : fake_arch.timer);
			break;
		}
		if (fake_arch.timer <= fake_arch.cycles) {
			interrupt();
			for (unsigned int i = 0; i < COUNT; i++) {
				assert_true(!all[i].pending || all[i].due > fake_arch.cycles);
			}
		}
		check_all();
	}
	assert_true(order > 1000);
}

/* Whatever the frequency, time converted there and back is never less, and at most a tick more. */
static void test_conversions(void **state)
{
	static const uint32_t rates[] = {1000000,  1920000,    24000000,
					 62500000, 1000000000, 999999937};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		z_clock_init(rates[i], 12345);
		for (int n = 0; n < 2000; n++) {
			uint64_t tick = unit_random() >> (14 + unit_below(50));
			uint64_t counter = z_ticks_to_counter(tick);

			assert_true(counter >= 12345);
			assert_int_equal(z_counter_to_ticks(counter), tick);
			assert_true(tick == 0 || z_counter_to_ticks(counter - 1) < tick);
		}
	}
}

static void test_timepoints(void **state)
{
	k_timepoint_t end;

	(void)state;
	assert_true(K_TIMEOUT_EQ(sys_timepoint_timeout(sys_timepoint_calc(K_FOREVER)), K_FOREVER));
	assert_true(K_TIMEOUT_EQ(sys_timepoint_timeout(sys_timepoint_calc(K_NO_WAIT)), K_NO_WAIT));
	end = sys_timepoint_calc(K_TICKS(100));
	fake_arch.cycles += 40 * 62 + 40 / 2;
	assert_int_equal(sys_timepoint_timeout(end).ticks, 60);
	fake_arch.cycles += HZ;
	assert_true(K_TIMEOUT_EQ(sys_timepoint_timeout(end), K_NO_WAIT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one, reset),
		cmocka_unit_test_setup(test_past_and_absolute, reset),
		cmocka_unit_test_setup(test_far_ahead, reset),
		cmocka_unit_test_setup(test_restarting_forever, reset),
		cmocka_unit_test_setup(test_slice, reset),
		cmocka_unit_test_setup(test_misuse, reset),
		cmocka_unit_test_setup(test_random, reset),
		cmocka_unit_test_setup(test_conversions, reset),
		cmocka_unit_test_setup(test_timepoints, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
