/* SPDX-License-Identifier: Apache-2.0 */
/* Guests' timers on the fake architecture: the test is the timer interrupt, and time is what it says. */
#include <zephyr/kernel.h>

#include "unit.h"

#include "arch/fake/arch.h"
#include "arch/guest_timer.h"
#include "drivers/timer/arm_generic.h"
#include "hyp/vm.h"
#include "hyp/vtimer_regs.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"

#define HZ    62500000U
#define START 5000U

struct k_spinlock z_kernel_lock;
struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];
struct fake_vtimer fake_vtimer;
struct arm_timer_irq arm_timer_virtual;
const struct z_irqchip *z_irqchip;

static struct k_thread thread;
static struct vm *vm;
static struct vcpu *v;
static bool line30;
static unsigned int line_changes, kicks, fired, deactivated;
static z_isr_t isr;

void printk(const char *fmt, ...)
{
	(void)fmt;
}

void z_slice_expired(struct z_cpu *cpu)
{
	cpu->slice_due = Z_CYCLES_NEVER;
}

static void unlocked(void)
{
	assert_int_equal(z_kernel_lock.tickets & 0xffffU, z_kernel_lock.tickets >> 16);
}

void vgic_set_ppi(struct vcpu *vcpu, uint32_t intid, bool high)
{
	assert_ptr_equal(vcpu, v);
	assert_int_equal(intid, 30);
	unlocked();
	assert_int_not_equal(line30, high);
	line30 = high;
	line_changes++;
}

int vgic_map_hw(struct vm *of, struct vcpu *vcpu, uint32_t intid, uint32_t host_intid)
{
	assert_ptr_equal(of, vm);
	assert_ptr_equal(vcpu, v);
	assert_int_equal(intid, 27);
	assert_int_equal(host_intid, 19);
	return 0;
}

void vgic_hw_fired(struct vcpu *vcpu, uint32_t intid)
{
	assert_ptr_equal(vcpu, v);
	assert_int_equal(intid, 27);
	fired++;
}

void vcpu_kick(struct vcpu *vcpu)
{
	assert_ptr_equal(vcpu, v);
	unlocked();
	kicks++;
}

int irq_connect_dynamic(unsigned int irq, unsigned int priority,
			void (*routine)(const void *parameter), const void *parameter,
			uint32_t flags)
{
	(void)priority;
	(void)parameter;
	(void)flags;
	isr = routine;
	return (int)irq;
}

void z_irq_enable_percpu(unsigned int intid)
{
	assert_int_equal(intid, 19);
}

static void set_forwarded(unsigned int intid, bool forwarded)
{
	assert_int_equal(intid, 19);
	assert_true(forwarded);
}

static void set_active(unsigned int intid, bool active)
{
	assert_int_equal(intid, 19);
	assert_false(active);
	deactivated++;
}

static const struct z_irqchip chip = {.set_forwarded = set_forwarded, .set_active = set_active};

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	fake_arch_reset();
	memset(z_cpus, 0, sizeof(z_cpus));
	memset(&thread, 0, sizeof(thread));
	memset(&fake_vtimer, 0, sizeof(fake_vtimer));
	for (unsigned int i = 0; i < CONFIG_MP_MAX_NUM_CPUS; i++) {
		z_cpus[i].timer_due = Z_CYCLES_NEVER;
		z_cpus[i].slice_due = Z_CYCLES_NEVER;
	}
	thread.arch.cpu = &z_cpus[0];
	fake_arch.current = &thread.arch;
	fake_arch.cycles = 1000;
	z_clock_init(HZ, 1000);
	memset(vm, 0, sizeof(*vm));
	memset(v, 0, sizeof(*v));
	v->vm = vm;
	vm->vcpu[0] = v;
	vm->vcpu_count = 1;
	line30 = false;
	line_changes = kicks = fired = deactivated = 0;
	arm_timer_virtual.intid = 19;
	z_irqchip = &chip;
	assert_int_equal(vtimer_host_init(), 0);
	vtimer_init(v);
	fake_arch.cycles = START;
	vtimer_vm_start(vm);
	vtimer_reset(v);
	return 0;
}

/* Time goes on; the timer interrupt comes when it is due. */
static void go_to(uint64_t virtual)
{
	uint64_t until = START + virtual;

	while (fake_arch.timer <= until) {
		fake_arch.cycles = MAX(fake_arch.cycles, fake_arch.timer);
		z_timeout_isr();
		unlocked();
	}
	fake_arch.cycles = until;
}

static void test_registers(void **state)
{
	(void)state;
	assert_int_equal(timer_ctl_read(1, 100, 99), 1);
	assert_int_equal(timer_ctl_read(1, 100, 100), 5);
	assert_int_equal(timer_ctl_read(3, 100, 101), 7);
	assert_int_equal(timer_ctl_read(0, 100, 101), 0);
	assert_int_equal(timer_ctl_read(~UINT64_C(0), 0, 0), 7);
	assert_false(timer_line(1, 100, 99));
	assert_true(timer_line(1, 100, 100));
	assert_false(timer_line(3, 100, 100));
	assert_false(timer_line(2, 100, 100));
	/* Unsigned: a compare value at the end of time is not in the past. */
	assert_false(timer_line(1, UINT64_MAX, 1000));
	assert_true(timer_line(1, 0, 0));
	assert_int_equal(timer_tval_read(150, 100), 50);
	assert_int_equal(timer_tval_read(100, 150), 0xffffffce);
	assert_int_equal(timer_tval_read(0x500000000ULL, 1), 0xffffffff);
	assert_int_equal(timer_tval_write(50, 100), 150);
	assert_int_equal(timer_tval_write(0xffffffff, 100), 99);
	assert_int_equal(timer_tval_write(0xdead00000001ULL, 100), 101);
	assert_true(timer_tval_write(0x80000000U, 0) == 0xffffffff80000000ULL);
	assert_int_equal(timer_wait(1, 150, 100), 50);
	assert_int_equal(timer_wait(1, 50, 100), 0);
	assert_true(timer_wait(0, 50, 100) == TIMER_WAIT_NEVER);
	assert_true(timer_wait(3, 50, 100) == TIMER_WAIT_NEVER);
	/* What TVAL says is what was written, as long as no time passes. */
	for (unsigned int i = 0; i < 10000; i++) {
		uint64_t now = unit_random();
		uint32_t tval = (uint32_t)unit_random();

		assert_int_equal(timer_tval_read(timer_tval_write(tval, now), now), tval);
	}
}

static void test_physical_timer_fires_and_falls(void **state)
{
	(void)state;
	ptimer_set_tval(v, 6250);
	assert_int_equal(ptimer_cval(v), 6250);
	ptimer_set_ctl(v, UINT64_MAX & ~UINT64_C(2));
	assert_int_equal(ptimer_ctl(v), 1);
	go_to(6249);
	assert_int_equal(line_changes, 0);
	/* Not before its time, and a tick and a half of the kernel late at most. */
	go_to(6250 + 3 * HZ / 1000000U);
	assert_true(line30);
	assert_int_equal(ptimer_ctl(v), 5);
	assert_int_equal(ptimer_counter(v), 6250 + 3 * HZ / 1000000U);
	assert_true((int32_t)(uint32_t)ptimer_tval(v) < 0);
	/* Masked, off, and set to later. */
	ptimer_set_ctl(v, 3);
	assert_false(line30);
	assert_int_equal(ptimer_ctl(v), 7);
	ptimer_set_ctl(v, 1);
	assert_true(line30);
	ptimer_set_tval(v, 62500);
	assert_false(line30);
	ptimer_set_cval(v, 0);
	assert_true(line30);
	ptimer_set_ctl(v, 0);
	assert_false(line30);
	assert_int_equal(ptimer_ctl(v), 0);
	go_to(1000000);
	assert_false(line30);
}

static void test_far_deadlines_never_come(void **state)
{
	static const uint64_t far[] = {UINT64_MAX, UINT64_MAX - 1U, INT64_MAX, UINT64_C(1) << 63};

	(void)state;
	ptimer_set_ctl(v, 1);
	assert_true(line30);
	for (size_t i = 0; i < ARRAY_SIZE(far); i++) {
		ptimer_set_cval(v, far[i]);
		assert_false(line30);
		go_to((i + 1U) * 1000000U);
		assert_false(line30);
	}
}

static void test_reset_silences(void **state)
{
	(void)state;
	ptimer_set_ctl(v, 1);
	assert_true(line30);
	vtimer_reset(v);
	assert_false(line30);
	assert_int_equal(ptimer_ctl(v), 0);
	ptimer_set_cval(v, 1000);
	ptimer_set_ctl(v, 1);
	vtimer_destroy(v);
	go_to(100000);
	assert_false(line30);
}

/* Another CPU is in the timeout's function, which finds that the time has not come yet, and starts it again. */
static void start_again(void)
{
	ptimer_set_cval(v, 50000);
	v->vtimer.p_wake.running = 0;
}

static void test_stopped_while_its_function_runs(void **state)
{
	(void)state;
	ptimer_set_cval(v, 1000);
	ptimer_set_ctl(v, 1);
	v->vtimer.p_wake.running = 1;
	fake_arch.on_spin = start_again;
	vtimer_destroy(v);
	assert_int_equal(fake_arch.spins, 1);
	assert_false(z_timeout_pending(&v->vtimer.p_wake.timeout));
	go_to(100000);
	assert_int_equal(line_changes, 0);
}

static void test_hardware_holds_the_virtual_timer(void **state)
{
	(void)state;
	v->vtimer.cval = 700;
	v->vtimer.ctl = 1;
	assert_false(vtimer_line(v, 27));
	vtimer_load(v);
	assert_int_equal(fake_vtimer.offset, START);
	assert_int_equal(fake_vtimer.cval, 700);
	assert_int_equal(fake_vtimer.ctl, 1);
	/* The hardware knows its level. */
	assert_false(vtimer_line(v, 27));
	fake_vtimer.ctl = 5;
	assert_true(vtimer_line(v, 27));
	fake_vtimer.ctl = 7;
	assert_false(vtimer_line(v, 27));
	fake_vtimer.ctl = 4;
	assert_false(vtimer_line(v, 27));
	fake_vtimer.ctl = 5;
	fake_vtimer.cval = 900;
	vtimer_save(v);
	assert_int_equal(fake_vtimer.ctl, 0);
	assert_int_equal(v->vtimer.cval, 900);
	/* It does not wait: nothing happens at the deadline, but the line is known. */
	go_to(899);
	assert_false(vtimer_line(v, 27));
	go_to(100000);
	assert_true(vtimer_line(v, 27));
	assert_int_equal(kicks, 0);
}

static void test_a_waiting_vcpu_is_woken(void **state)
{
	(void)state;
	fake_vtimer.ctl = 1;
	fake_vtimer.cval = 62500;
	v->waiting = 1;
	vtimer_save(v);
	go_to(62499);
	assert_int_equal(kicks, 0);
	go_to(62500 + 3 * HZ / 1000000U);
	assert_int_equal(kicks, 1);
	vtimer_load(v);
	vtimer_save(v);
	/* Due already: at once. */
	go_to(200000);
	assert_int_equal(kicks, 2);
	/* Back in time: the timeout goes. */
	vtimer_load(v);
	fake_vtimer.cval = 300000;
	vtimer_save(v);
	vtimer_load(v);
	go_to(400000);
	assert_int_equal(kicks, 2);
	/* Masked or off: it does not wake. */
	fake_vtimer.ctl = 3;
	vtimer_save(v);
	go_to(500000);
	assert_int_equal(kicks, 2);
}

static void test_time_stands_still_in_a_pause(void **state)
{
	(void)state;
	ptimer_set_cval(v, 10000);
	ptimer_set_ctl(v, 1);
	fake_vtimer.ctl = 1;
	fake_vtimer.cval = 10000;
	v->waiting = 1;
	go_to(4000);
	vtimer_save(v);
	vtimer_vm_pause(vm);
	go_to(1000000);
	assert_int_equal(vtimer_now(vm), 4000);
	assert_int_equal(kicks + line_changes, 0);
	assert_false(vtimer_line(v, 27));
	vtimer_vm_resume(vm);
	assert_int_equal(vtimer_now(vm), 4000);
	go_to(1000000 + 5999);
	assert_int_equal(kicks + line_changes, 0);
	go_to(1000000 + 6000 + 3 * HZ / 1000000U);
	assert_int_equal(kicks, 1);
	assert_true(line30);
	vtimer_load(v);
	assert_int_equal(fake_vtimer.offset, START + 996000);
}

static void test_interrupt(void **state)
{
	(void)state;
	/* Nobody is there any more. */
	isr(NULL);
	assert_int_equal(deactivated, 1);
	z_cpus[0].arch.guest = &v->thread;
	isr(NULL);
	assert_int_equal(fired, 1);
	assert_int_equal(kicks, 0);
	v->waiting = 1;
	isr(NULL);
	assert_int_equal(fired, 2);
	assert_int_equal(kicks, 1);
	assert_int_equal(deactivated, 1);
}

static void test_no_interrupt_no_guests(void **state)
{
	(void)state;
	arm_timer_virtual.intid = 0;
	assert_int_equal(vtimer_host_init(), -ENODEV);
	arm_timer_virtual.intid = 40;
	assert_int_equal(vtimer_host_init(), -ENODEV);
}

/* The line is at any time what the registers say, give or take the grain of the kernel's clock. */
static void test_random_programs(void **state)
{
	uint64_t now = 0;

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		uint64_t wait = unit_below(20000);

		switch (unit_below(4)) {
		case 0:
			ptimer_set_ctl(v, unit_below(4));
			break;
		case 1:
			ptimer_set_tval(v, (uint32_t)(unit_below(30000) - 10000U));
			break;
		case 2:
			ptimer_set_cval(v, now + unit_below(30000) - MIN(now, 10000U));
			break;
		default:
			now += wait;
			go_to(now);
			break;
		}
		if (!vtimer_line(v, 30)) {
			assert_false(line30);
		} else if (now >= ptimer_cval(v) + 2 * HZ / 1000000U) {
			assert_true(line30);
		}
	}
	assert_true(line_changes > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_registers, reset),
		cmocka_unit_test_setup(test_physical_timer_fires_and_falls, reset),
		cmocka_unit_test_setup(test_far_deadlines_never_come, reset),
		cmocka_unit_test_setup(test_reset_silences, reset),
		cmocka_unit_test_setup(test_stopped_while_its_function_runs, reset),
		cmocka_unit_test_setup(test_hardware_holds_the_virtual_timer, reset),
		cmocka_unit_test_setup(test_a_waiting_vcpu_is_woken, reset),
		cmocka_unit_test_setup(test_time_stands_still_in_a_pause, reset),
		cmocka_unit_test_setup(test_interrupt, reset),
		cmocka_unit_test_setup(test_no_interrupt_no_guests, reset),
		cmocka_unit_test_setup(test_random_programs, reset),
	};
	int rc;

	vm = calloc(1, sizeof(*vm));
	v = calloc(1, sizeof(*v));
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	free(v);
	free(vm);
	return rc;
}
