/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a vCPU's context is, kicks, waiting, power: hyp/vcpu.c on two CPUs that take turns where the test says so.
 * What another CPU does "meanwhile" is done inside a function that the code under test calls.
 */
#include "unit.h"

#include <errno.h>

#include "arch/arm64/sysreg.h"
#undef read_sysreg
#define read_sysreg(reg) UINT64_C(0)

#include "hyp/vcpu.c"

struct k_spinlock z_kernel_lock;
struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];
const struct z_irqchip *z_irqchip;

static struct vm vm;
static struct vcpu vcpus[2];
static struct guest_frame frames[2];
static struct k_thread idle[2];
static struct k_thread host[2];
static z_isr_t isr;
/* An IPI per CPU that is on its way. */
static uint32_t ipis;
static unsigned int saves, loads, flushes, wakes, pends;
static bool pending;
/* What another CPU does while this one looks, and while the thread sleeps. */
static void (*meanwhile)(void);
static void (*while_asleep)(void);

/* ---- what is around it ------------------------------------------------------------------------ */

static void others(void)
{
	void (*fn)(void) = meanwhile;

	meanwhile = NULL;
	if (fn != NULL) {
		fn();
	}
}

static void on(unsigned int cpu, struct k_thread *thread)
{
	thread->arch.cpu = &z_cpus[cpu];
	z_cpus[cpu].current = thread;
	fake_arch.current = &thread->arch;
}

/* The interrupt between CPUs comes to a CPU, over whoever runs there. */
static void take_ipi(unsigned int cpu)
{
	struct arch_thread *before = fake_arch.current;

	if ((ipis >> cpu & 1U) != 0U) {
		unsigned int masked = fake_arch.irq_masked;

		ipis &= ~(1U << cpu);
		fake_arch.current = &z_cpus[cpu].current->arch;
		fake_arch.irq_masked = 1;
		isr(NULL);
		fake_arch.irq_masked = masked;
		fake_arch.current = before;
	}
}

static void ipi_send(uint32_t cpus, unsigned int sgi)
{
	assert_int_equal(sgi, Z_SGI_VCPU);
	ipis |= cpus;
}

static const struct z_irqchip chip = {.ipi_send = ipi_send};

int irq_connect_dynamic(unsigned int irq, unsigned int priority, void (*routine)(const void *),
			const void *parameter, uint32_t flags)
{
	(void)priority;
	(void)parameter;
	(void)flags;
	isr = routine;
	return (int)irq;
}

void z_irq_enable_percpu(unsigned int intid)
{
	assert_int_equal(intid, Z_SGI_VCPU);
}

void vgic_flush(struct vcpu *v)
{
	assert_ptr_equal(v->resident, arch_cpu());
	flushes++;
	others();
}

bool vgic_pending(struct vcpu *v)
{
	assert_int_equal(v->waiting, z_is_alone(arch_cpu(), &v->thread) ? 0U : 1U);
	others();
	return pending;
}

void vgic_save(struct vcpu *v)
{
	assert_ptr_equal(v->resident, arch_cpu());
	saves++;
}

void vgic_load(struct vcpu *v)
{
	assert_ptr_equal(v->resident, arch_cpu());
	assert_int_equal(fake_arch.irq_masked, 1);
	loads++;
}

void z_preempt(struct k_thread *cur, uint32_t reasons, struct z_cpu *cpu)
{
	(void)cur;
	(void)reasons;
	cpu->arch.need_resched.any = 0U;
}

int z_pend(_wait_q_t *wq, k_timeout_t timeout, unsigned int key)
{
	struct k_thread *cur = arch_current();

	(void)wq;
	assert_true(K_TIMEOUT_EQ(timeout, K_FOREVER));
	pends++;
	cur->base.thread_state |= _THREAD_SLEEPING;
	z_unlock(key);
	while_asleep();
	assert_int_equal(cur->base.thread_state & _THREAD_SLEEPING, 0);
	return 0;
}

void z_wake(struct k_thread *t, int ret)
{
	(void)ret;
	t->base.thread_state &= (uint16_t)~_THREAD_SLEEPING;
	wakes++;
}

void z_reschedule_slow(unsigned int key)
{
	z_unlock(key);
}

void vtimer_save(struct vcpu *v)
{
	assert_int_equal(fake_arch.irq_masked, 1);
	(void)v;
}

uint64_t guest_hcr(bool wfi_native)
{
	return wfi_native ? 2U : 1U;
}

int snprintk(char *to, size_t size, const char *format, ...)
{
	(void)size;
	(void)format;
	to[0] = '\0';
	return 0;
}

uint64_t z_counter_to_ticks(uint64_t counter)
{
	return counter;
}

void z_expect_bus_errors(struct k_thread *t, bool expected)
{
	t->arch.bus_errors = expected;
}

/* What nothing depends on here. */
void vtimer_load(struct vcpu *v)
{
	(void)v;
}
void vtimer_init(struct vcpu *v)
{
	(void)v;
}
void vtimer_reset(struct vcpu *v)
{
	(void)v;
}
void vtimer_destroy(struct vcpu *v)
{
	(void)v;
}
void vgic_cpu_reset(struct vcpu *v)
{
	(void)v;
}
void sysreg_load(struct vcpu *v)
{
	(void)v;
}
void sysreg_reset(struct vcpu *v)
{
	(void)v;
}
void guest_save(struct guest_context *ctx)
{
	(void)ctx;
}
void guest_leave(void)
{
}
void guest_code_changed(void)
{
}
void guest_context_reset(struct guest_context *ctx)
{
	(void)ctx;
}
void guest_enter(struct guest_frame *frame)
{
	(void)frame;
	abort();
}
void arch_fpu_put(struct k_thread *thread)
{
	(void)thread;
}
unsigned int a32_size(uint64_t esr)
{
	(void)esr;
	return 4U;
}
uint64_t a32_pstate_after(uint64_t spsr)
{
	return spsr;
}
bool fault_inject_hit(void)
{
	return false;
}
k_thread_stack_t *k_thread_stack_alloc(size_t size, int flags)
{
	(void)size;
	(void)flags;
	return NULL;
}
int k_thread_stack_free(k_thread_stack_t *stack)
{
	(void)stack;
	return 0;
}
void k_thread_abort(k_tid_t thread)
{
	(void)thread;
}
void k_thread_suspend(k_tid_t thread)
{
	(void)thread;
}
void k_thread_resume(k_tid_t thread)
{
	(void)thread;
}
void k_thread_start(k_tid_t thread)
{
	(void)thread;
}
int k_thread_name_set(k_tid_t thread, const char *name)
{
	(void)thread;
	(void)name;
	return 0;
}
int k_thread_cpu_pin(k_tid_t thread, int cpu)
{
	(void)thread;
	(void)cpu;
	return 0;
}

void guest_load(const struct guest_context *ctx, uint64_t hcr, uint64_t vtcr, uint64_t vttbr,
		bool flush_tlb)
{
	(void)ctx;
	(void)hcr;
	(void)vtcr;
	(void)vttbr;
	(void)flush_tlb;
}

void k_thread_time_slice_set(k_tid_t thread, int32_t ticks, k_thread_timeslice_fn_t expired,
			     void *data)
{
	(void)thread;
	(void)ticks;
	(void)expired;
	(void)data;
}

k_tid_t k_thread_create(struct k_thread *thread, k_thread_stack_t *stack, size_t size,
			k_thread_entry_t entry, void *p1, void *p2, void *p3, int prio,
			uint32_t options, k_timeout_t delay)
{
	(void)stack;
	(void)size;
	(void)entry;
	(void)p1;
	(void)p2;
	(void)p3;
	(void)prio;
	(void)options;
	(void)delay;
	return thread;
}

/* vCPU 0's exit is being handled on CPU 0, where it is resident; a host thread runs on CPU 1. */
static int reset(void **state)
{
	(void)state;
	fake_arch_reset();
	memset(z_cpus, 0, sizeof(z_cpus));
	memset(&vm, 0, sizeof(vm));
	memset(vcpus, 0, sizeof(vcpus));
	memset(host, 0, sizeof(host));
	z_irqchip = &chip;
	ipis = saves = loads = flushes = wakes = pends = 0;
	pending = false;
	meanwhile = NULL;
	while_asleep = NULL;
	vm.vcpu_count = 2;
	for (unsigned int i = 0; i < 2; i++) {
		z_cpus[i].arch.id = i;
		z_cpus[i].idle = &idle[i];
		idle[i].base.usage = 0;
		/* Somebody else may want to run: who waits gives the CPU up. */
		z_cpus[i].elsewhere = 1U;
		vm.vcpu[i] = &vcpus[i];
		vcpus[i].vm = &vm;
		vcpus[i].id = i;
		vcpus[i].frame = &frames[i];
		vcpus[i].power = VCPU_ON;
		vcpus[i].started = true;
		on(i, &host[i]);
	}
	vcpu_host_init();
	on(0, &vcpus[0].thread);
	fake_arch.irq_masked = 1;
	vcpu_load(&vcpus[0]);
	assert_int_equal(loads, 1);
	flushes = 0;
	return 0;
}

/* ---- where the context is --------------------------------------------------------------------- */

static void cpu0_hears(void)
{
	take_ipi(0);
}

static void test_fetched_from_another_cpu(void **state)
{
	(void)state;
	on(0, &host[0]);
	on(1, &vcpus[0].thread);
	fake_arch.on_spin = cpu0_hears;
	guest_before_enter();
	assert_int_equal(saves, 1);
	assert_int_equal(loads, 2);
	assert_ptr_equal(vcpus[0].resident, &z_cpus[1]);
	assert_null(z_cpus[0].arch.guest);
	assert_int_equal(vcpus[0].evict, 0);
	assert_int_equal(fake_arch.irq_masked, 1);
}

static void back_to_cpu0(void)
{
	fake_arch.on_spin = NULL;
	on(1, &host[1]);
	on(0, &vcpus[0].thread);
}

/* It is moved back before its wish is heard: the interrupt, when it comes, takes nothing away. */
static void test_back_before_it_was_heard(void **state)
{
	(void)state;
	on(0, &host[0]);
	on(1, &vcpus[0].thread);
	fake_arch.on_spin = back_to_cpu0;
	guest_before_enter();
	assert_int_equal(ipis, 1);
	take_ipi(0);
	assert_int_equal(saves, 0);
	assert_ptr_equal(vcpus[0].resident, &z_cpus[0]);
	/* And it can ask again. */
	on(0, &host[0]);
	on(1, &vcpus[0].thread);
	fake_arch.on_spin = cpu0_hears;
	guest_before_enter();
	assert_ptr_equal(vcpus[0].resident, &z_cpus[1]);
}

static void newcomer_on_cpu0(void)
{
	struct arch_thread *before = fake_arch.current;

	fake_arch.on_spin = NULL;
	on(0, &vcpus[1].thread);
	fake_arch.irq_masked = 1;
	vcpu_load(&vcpus[1]);
	fake_arch.current = before;
}

/* Another vCPU has come to where it was: the interrupt that is late is not that one's. */
static void test_another_one_was_faster(void **state)
{
	(void)state;
	on(0, &host[0]);
	on(1, &vcpus[0].thread);
	fake_arch.on_spin = newcomer_on_cpu0;
	guest_before_enter();
	take_ipi(0);
	assert_int_equal(saves, 1);
	assert_ptr_equal(vcpus[0].resident, &z_cpus[1]);
	assert_ptr_equal(vcpus[1].resident, &z_cpus[0]);
}

static void test_put_of_a_stopped_one(void **state)
{
	(void)state;
	/* It was stopped after it had asked, with the interrupt under way: nobody asks twice. */
	vcpus[0].evict = 1;
	ipis = 1;
	on(0, &host[0]);
	on(1, &host[1]);
	fake_arch.irq_masked = 0;
	fake_arch.on_spin = cpu0_hears;
	vcpu_stop(&vcpus[0]);
	assert_null(vcpus[0].resident);
	assert_int_equal(vcpus[0].evict, 0);
	assert_int_equal(ipis, 0);
	assert_int_equal(fake_arch.irq_masked, 0);
}

/* ---- kicks ------------------------------------------------------------------------------------ */

static void kick_from_cpu1(void)
{
	struct arch_thread *before = fake_arch.current;

	fake_arch.current = &host[1].arch;
	vcpu_kick(&vcpus[0]);
	fake_arch.current = before;
}

static void test_kick_of_a_running_one(void **state)
{
	(void)state;
	kick_from_cpu1();
	assert_int_equal(ipis, 1);
	take_ipi(0);
	assert_int_equal(flushes, 1);
	assert_int_equal(vcpus[0].flush, 0);
}

static void test_kick_of_one_that_does_not_run(void **state)
{
	(void)state;
	on(0, &host[0]);
	kick_from_cpu1();
	assert_int_equal(ipis, 0);
	on(0, &vcpus[0].thread);
	guest_before_enter();
	assert_int_equal(flushes, 1);
}

/* A kick while another one's work is being done is looked at as well. */
static void test_kick_during_a_flush(void **state)
{
	(void)state;
	kick_from_cpu1();
	meanwhile = kick_from_cpu1;
	guest_before_enter();
	assert_int_equal(flushes, 1);
	assert_int_equal(vcpus[0].flush, 1);
	assert_int_equal(ipis, 1);
	take_ipi(0);
	assert_int_equal(flushes, 2);
	assert_int_equal(vcpus[0].flush, 0);
}

/* ---- waiting ---------------------------------------------------------------------------------- */

static void test_wfi_waits_for_a_kick(void **state)
{
	(void)state;
	while_asleep = kick_from_cpu1;
	assert_true(vcpu_wait(&vcpus[0], 0));
	assert_int_equal(pends, 1);
	assert_int_equal(wakes, 1);
	assert_int_equal(vcpus[0].waiting, 0);
	guest_before_enter();
	assert_int_equal(flushes, 1);
}

/* It finds something and does not wait. Who kicks now takes it to be waiting, and interrupts nobody. */
static void test_kick_of_one_that_does_not_wait_after_all(void **state)
{
	(void)state;
	pending = true;
	meanwhile = kick_from_cpu1;
	assert_true(vcpu_wait(&vcpus[0], 0));
	assert_int_equal(pends, 0);
	assert_int_equal(ipis, 0);
	assert_int_equal(vcpus[0].waiting, 0);
	guest_before_enter();
	assert_int_equal(flushes, 1);
}

/* The kick comes between the look and the wait. */
static void test_kick_before_it_blocks(void **state)
{
	(void)state;
	meanwhile = kick_from_cpu1;
	/* In vgic_pending(), which sees nothing yet. */
	assert_true(vcpu_wait(&vcpus[0], 0));
	assert_int_equal(pends, 0);
	guest_before_enter();
	assert_int_equal(flushes, 1);
}

/* Nobody else is there: it stays on its CPU, with interrupts masked, and the time is the idle thread's. */
static void test_wfi_alone(void **state)
{
	(void)state;
	z_cpus[0].elsewhere = 0U;
	fake_arch.cycles = 1000;
	fake_arch.cycles_per_read = 70;
	assert_false(vcpu_wait(&vcpus[0], 0));
	assert_int_equal(fake_arch.waits, 1);
	assert_int_equal(pends, 0);
	assert_int_equal(vcpus[0].waiting, 0);
	assert_int_equal(z_cpus[0].waits_since, 0);
	assert_int_equal(idle[0].base.usage, 70);
	assert_int_equal(vcpus[0].thread.base.switched_in, 70);
	/* Something is pending. */
	pending = true;
	assert_false(vcpu_wait(&vcpus[0], 0));
	assert_int_equal(fake_arch.waits, 1);
}

/* A better thread is ready, or another one. */
static void test_wfi_not_alone(void **state)
{
	(void)state;
	while_asleep = kick_from_cpu1;
	z_cpus[0].elsewhere = 0U;
	z_cpus[0].arch.need_resched.best = 1U;
	assert_true(vcpu_wait(&vcpus[0], 0));
	z_cpus[0].arch.need_resched.best = 0U;
	z_cpus[0].runq.bitmap = 0x11U;
	assert_true(vcpu_wait(&vcpus[0], 0));
	assert_int_equal(fake_arch.waits, 0);
	assert_int_equal(pends, 2);
}

/* ---- power ------------------------------------------------------------------------------------ */

static void power_on_from_cpu1(void)
{
	struct arch_thread *before = fake_arch.current;

	fake_arch.current = &host[1].arch;
	assert_int_equal(vcpu_power_on(&vcpus[0], 0x1000, 77), 0);
	assert_int_equal(vcpu_power_on(&vcpus[0], 0x2000, 78), -EINPROGRESS);
	fake_arch.current = before;
}

static void test_off_and_on(void **state)
{
	(void)state;
	assert_int_equal(vcpu_power_on(&vcpus[0], 1, 2), -EALREADY);
	while_asleep = power_on_from_cpu1;
	assert_true(vcpu_power_off(&vcpus[0]));
	assert_int_equal(saves, 1);
	assert_int_equal(pends, 1);
	assert_int_equal(wakes, 1);
	assert_int_equal(vcpus[0].power, VCPU_ON);
	assert_int_equal(frames[0].elr, 0x1000);
	assert_int_equal(frames[0].x[0], 77);
	guest_before_enter();
	assert_int_equal(loads, 2);
}

/* Of two that wait for the same CPU, only what it asked for wakes it. */
static void test_kick_does_not_switch_on(void **state)
{
	(void)state;
	on(0, &host[0]);
	vcpus[0].power = VCPU_OFF;
	vcpus[0].waiting = 1;
	vcpus[0].thread.base.thread_state = _THREAD_SLEEPING;
	kick_from_cpu1();
	assert_int_equal(wakes, 1);
	assert_int_equal(vcpus[0].power, VCPU_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_fetched_from_another_cpu, reset),
		cmocka_unit_test_setup(test_back_before_it_was_heard, reset),
		cmocka_unit_test_setup(test_another_one_was_faster, reset),
		cmocka_unit_test_setup(test_put_of_a_stopped_one, reset),
		cmocka_unit_test_setup(test_kick_of_a_running_one, reset),
		cmocka_unit_test_setup(test_kick_of_one_that_does_not_run, reset),
		cmocka_unit_test_setup(test_kick_during_a_flush, reset),
		cmocka_unit_test_setup(test_wfi_waits_for_a_kick, reset),
		cmocka_unit_test_setup(test_kick_of_one_that_does_not_wait_after_all, reset),
		cmocka_unit_test_setup(test_kick_before_it_blocks, reset),
		cmocka_unit_test_setup(test_wfi_alone, reset),
		cmocka_unit_test_setup(test_wfi_not_alone, reset),
		cmocka_unit_test_setup(test_off_and_on, reset),
		cmocka_unit_test_setup(test_kick_does_not_switch_on, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
