/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of the host: taken by one VM, completely or not at all, and given back; with each step failing once.
 */
#include <errno.h>

#include <zephyr/irq.h>
#include <zephyr/kernel.h>

#include "arch/mmu.h"
#include "hyp/passthrough.h"
#include "hyp/vgic.h"
#include "hyp/vm.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"
#include "unit.h"

#define PAGE 0x1000U

/* ---- the machine --------------------------------------------------------------------------- */

struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];
struct z_irq_entry z_irq_table[Z_IRQ_COUNT];

static struct {
	bool enabled, pending, active, forwarded;
	uint64_t affinity;
} irqs[Z_IRQ_COUNT];

/* The n-th step from now that can fail does; 0: none. */
static unsigned int fail_at;
static unsigned int mapped;
static unsigned int host_mapped, host_unmapped;
static uint64_t host_address;
static unsigned int order;
static unsigned int given[Z_IRQ_COUNT];
static const struct vcpu *fired_for;
static uint32_t fired;
/* What stands for registers. */
static uint32_t registers[8] __attribute__((aligned(4096)));

static bool fails_now(void)
{
	return fail_at != 0U && --fail_at == 0U;
}

void z_irq_spurious(const void *arg)
{
	(void)arg;
}

int irq_connect_dynamic(unsigned int irq, unsigned int priority,
			void (*routine)(const void *parameter), const void *parameter,
			uint32_t flags)
{
	(void)flags;
	assert_int_equal(priority, VGIC_IRQ_PRIORITY);
	assert_false(irqs[irq].enabled);
	if (fails_now()) {
		return -EINVAL;
	}
	z_irq_table[irq] = (struct z_irq_entry){routine, parameter};
	return (int)irq;
}

int irq_disconnect_dynamic(unsigned int irq, unsigned int priority,
			   void (*routine)(const void *parameter), const void *parameter,
			   uint32_t flags)
{
	(void)priority;
	(void)flags;
	if (z_irq_table[irq].isr != routine || z_irq_table[irq].arg != parameter) {
		return -EINVAL;
	}
	irqs[irq].enabled = false;
	z_irq_table[irq].isr = z_irq_spurious;
	given[irq] = ++order;
	return 0;
}

void irq_enable(unsigned int irq)
{
	assert_ptr_not_equal(z_irq_table[irq].isr, z_irq_spurious);
	irqs[irq].enabled = true;
}

void irq_disable(unsigned int irq)
{
	irqs[irq].enabled = false;
}

static void set_pending(unsigned int irq, bool pending)
{
	irqs[irq].pending = pending;
}

static void set_active(unsigned int irq, bool active)
{
	irqs[irq].active = active;
}

static void set_forwarded(unsigned int irq, bool forwarded)
{
	irqs[irq].forwarded = forwarded;
}

static int set_affinity(unsigned int irq, uint64_t mpidr)
{
	irqs[irq].affinity = mpidr;
	return 0;
}

static const struct z_irqchip chip = {.nr_irqs = 288,
				      .set_pending = set_pending,
				      .set_active = set_active,
				      .set_forwarded = set_forwarded,
				      .set_affinity = set_affinity};
const struct z_irqchip *z_irqchip = &chip;

int vgic_map_hw(struct vm *vm, struct vcpu *v, uint32_t intid, uint32_t host_intid)
{
	(void)vm;
	assert_null(v);
	assert_true(intid >= 32U && host_intid >= 32U);
	return fails_now() ? -EINVAL : 0;
}

void vgic_hw_fired(struct vcpu *v, uint32_t intid)
{
	fired_for = v;
	fired = intid;
}

int stage2_map(struct stage2 *s2, ipa_t ipa, hpa_t hpa, uint64_t size, unsigned int prot)
{
	(void)s2;
	assert_int_equal(prot, PG_RW | PG_DEVICE);
	assert_int_equal((ipa.v | hpa.v | size) % PAGE, 0);
	mapped += (unsigned int)(size / PAGE);
	return fails_now() ? -ENOMEM : 0;
}

void arch_write_unsure(uintptr_t addr, uint32_t value, bool byte)
{
	memcpy((void *)addr, &value, byte ? 1U : sizeof(value));
}

int arch_mmio_map(uint64_t addr, size_t size)
{
	(void)addr;
	assert_true(size == 1U || size == 4U);
	host_mapped++;
	return fails_now() ? -ENOMEM : 0;
}

void arch_mmio_unmap(uint64_t addr, size_t size)
{
	assert_true(addr == host_address || host_address == 0U);
	assert_true(size == 1U || size == 4U);
	host_unmapped++;
}

int k_mutex_lock(struct k_mutex *mutex, k_timeout_t timeout)
{
	(void)mutex;
	(void)timeout;
	return 0;
}

int k_mutex_unlock(struct k_mutex *mutex)
{
	(void)mutex;
	return 0;
}

/* ---- VMs ----------------------------------------------------------------------------------- */

static struct vm vms[3];
static struct vcpu vcpu;
static struct vm_error error;

/* A device with one page of registers, its interrupt and the one after that. */
static struct vm_passthrough *device(struct vm *vm, const char *path, uint64_t hpa, uint32_t irq)
{
	struct vm_device_def *d = &vm->config.device[vm->config.device_count++];

	*d = (struct vm_device_def){
		.name = path + 1,
		.host = {.path = path,
			 .node = (int)hpa,
			 .range_count = 1,
			 .range = {{.ipa = hpa + 0x10000000, .hpa = hpa, .size = PAGE}},
			 .irq_count = 2,
			 .irq = {{irq, irq, IRQ_TYPE_LEVEL}, {irq + 1, irq + 1, IRQ_TYPE_LEVEL}}}};
	return &d->host;
}

static int start(void **state)
{
	(void)state;
	memset(vms, 0, sizeof(vms));
	memset(irqs, 0, sizeof(irqs));
	for (unsigned int i = 0; i < Z_IRQ_COUNT; i++) {
		z_irq_table[i].isr = z_irq_spurious;
	}
	for (unsigned int i = 0; i < CONFIG_MP_MAX_NUM_CPUS; i++) {
		z_cpus[i].arch.mpidr = 0x100 + i;
	}
	for (uint32_t i = 0; i < 3; i++) {
		vms[i].id = i;
		vms[i].config.file = "vms/x.dtb";
		vms[i].vcpu[0] = &vcpu;
		snprintf(vms[i].config.name, sizeof(vms[i].config.name), "vm%u", i);
	}
	fail_at = 0;
	mapped = 0;
	host_address = 0;
	return 0;
}

static void assert_free(uint32_t irq)
{
	assert_ptr_equal(z_irq_table[irq].isr, z_irq_spurious);
	assert_false(irqs[irq].enabled || irqs[irq].pending || irqs[irq].active ||
		     irqs[irq].forwarded);
}

static void take(struct vm *vm)
{
	if (passthrough_take(vm, &error) != 0) {
		fail_msg("%s", error.text);
	}
}

static void refused(struct vm *vm, const char *line)
{
	assert_int_equal(passthrough_take(vm, &error), -EBUSY);
	assert_string_equal(error.text, line);
}

static void test_life(void **state)
{
	(void)state;
	device(&vms[0], "/a", 0x1000, 40);
	irqs[40].pending = true;
	irqs[41].active = true;
	take(&vms[0]);
	assert_int_equal(mapped, 1);
	assert_false(irqs[40].enabled || irqs[40].pending || irqs[41].active);
	assert_true(irqs[40].forwarded && irqs[41].forwarded);
	passthrough_start(&vms[0]);
	assert_true(irqs[40].enabled && irqs[41].enabled);
	z_irq_table[41].isr(z_irq_table[41].arg);
	assert_ptr_equal(fired_for, &vcpu);
	assert_int_equal(fired, 41);
	passthrough_stop(&vms[0]);
	assert_false(irqs[40].enabled || irqs[41].enabled);
	passthrough_start(&vms[0]);
	passthrough_stop(&vms[0]);
	irqs[40].active = true;
	irqs[41].pending = true;
	passthrough_give(&vms[0]);
	assert_free(40);
	assert_free(41);
	/* The last first. */
	assert_true(given[41] < given[40]);
}

/* None of somebody else's. */
static void test_start_of_another(void **state)
{
	(void)state;
	device(&vms[0], "/a", 0x1000, 40);
	device(&vms[1], "/b", 0x2000, 50);
	take(&vms[0]);
	take(&vms[1]);
	passthrough_start(&vms[1]);
	assert_true(irqs[50].enabled);
	assert_false(irqs[40].enabled);
	passthrough_give(&vms[0]);
	assert_true(irqs[50].enabled);
	passthrough_stop(&vms[1]);
	passthrough_give(&vms[1]);
	assert_free(50);
}

static void test_each_step_fails(void **state)
{
	unsigned int nth;
	int rc = -1;

	(void)state;
	host_address = (uintptr_t)&registers[0];
	device(&vms[0], "/a", 0x1000, 40)->silence = host_address;
	device(&vms[0], "/b", 0x2000, 50);
	for (nth = 1; rc != 0; nth++) {
		fail_at = nth;
		rc = passthrough_take(&vms[0], &error);
		if (rc == 0) {
			break;
		}
		assert_true(rc == -ENOMEM || rc == -EINVAL);
		for (uint32_t irq = 40; irq < 60; irq++) {
			assert_free(irq);
		}
		assert_int_equal(host_unmapped, host_mapped);
	}
	/* The silence's mapping, two of registers, four connected and four tied. */
	assert_int_equal(nth, 12);
	fail_at = 0;
	passthrough_give(&vms[0]);
	fail_at = 1;
	assert_int_equal(passthrough_take(&vms[0], &error), -ENOMEM);
	assert_string_equal(error.text, "vms/x.dtb: /devices/a: passthrough: no memory for "
					"translation tables; delete a VM");
	fail_at = 4;
	assert_int_equal(passthrough_take(&vms[0], &error), -EINVAL);
	assert_string_equal(error.text,
			    "vms/x.dtb: /devices/a: passthrough: interrupt 40 cannot be used");
}

static void test_owners(void **state)
{
	(void)state;
	device(&vms[0], "/a", 0x1000, 40);
	device(&vms[0], "/b", 0x2000, 50)->range[0].size = 0x10;
	device(&vms[1], "/c", 0x3000, 60);
	device(&vms[1], "/b", 0x2000, 50);
	device(&vms[2], "/d", 0x2800, 70)->range[0].size = 0x10;
	take(&vms[0]);
	refused(&vms[1], "vms/x.dtb: /devices/b: passthrough: '/b' belongs to vm 0 (vm0)");
	assert_free(60);
	refused(&vms[2], "vms/x.dtb: /devices/d: passthrough: '/d' shares a page with a device of "
			 "vm 0 (vm0)");
	passthrough_give(&vms[0]);
	take(&vms[1]);
	refused(&vms[0], "vms/x.dtb: /devices/b: passthrough: '/b' belongs to vm 1 (vm1)");
	passthrough_give(&vms[1]);
}

static void of_the_host(const void *arg)
{
	(void)arg;
}

static void test_interrupt_in_use(void **state)
{
	(void)state;
	device(&vms[0], "/a", 0x1000, 40);
	z_irq_table[41].isr = of_the_host;
	refused(&vms[0], "vms/x.dtb: /devices/a: passthrough: interrupt 41 is in use, by the host "
			 "or another VM");
	assert_free(40);
}

static void test_too_many(void **state)
{
	(void)state;
	/* 16 devices with two interrupts are 32 of 64. */
	for (uint32_t i = 0; i < 16; i++) {
		device(&vms[0], "/a", 0x100000 + PAGE * i, 40 + 2 * i);
		device(&vms[1], "/b", 0x200000 + PAGE * i, 100 + 2 * i);
	}
	device(&vms[2], "/c", 0x300000, 200);
	take(&vms[0]);
	take(&vms[1]);
	refused(&vms[2], "vms/x.dtb: /devices/c: passthrough: interrupt 200 is one too many of all "
			 "VMs' devices: delete a VM");
	assert_free(200);
	passthrough_give(&vms[0]);
	take(&vms[2]);
	passthrough_give(&vms[1]);
	passthrough_give(&vms[2]);
}

/* Two devices in one page: it is mapped once. A range of several pages at once. */
static void test_pages(void **state)
{
	(void)state;
	device(&vms[0], "/a", 0x1000, 40)->range[0].size = 0x200;
	device(&vms[0], "/b", 0x1200, 50)->range[0].size = 0x200;
	device(&vms[0], "/c", 0x4000, 60)->range[0].size = 3 * PAGE;
	take(&vms[0]);
	assert_int_equal(mapped, 4);
	passthrough_give(&vms[0]);
}

static void test_silence(void **state)
{
	struct vm_passthrough *p;

	(void)state;
	memset(registers, 0xff, sizeof(registers));
	device(&vms[0], "/a", 0x1000, 40)->silence = (uintptr_t)&registers[1];
	p = device(&vms[0], "/b", 0x2000, 50);
	p->silence = (uintptr_t)&registers[3] + 1;
	p->silence_byte = true;
	device(&vms[0], "/c", 0x3000, 60);
	take(&vms[0]);
	passthrough_start(&vms[0]);
	assert_int_equal(registers[1], 0xffffffff);
	passthrough_stop(&vms[0]);
	assert_int_equal(registers[0], 0xffffffff);
	assert_int_equal(registers[1], 0);
	assert_int_equal(registers[2], 0xffffffff);
	assert_int_equal(registers[3], 0xffff00ff);
	passthrough_give(&vms[0]);
}

static void test_pinned(void **state)
{
	(void)state;
	device(&vms[0], "/a", 0x1000, 40);
	vms[0].config.pinned = true;
	vms[0].config.cpu[0] = 2;
	take(&vms[0]);
	assert_int_equal(irqs[40].affinity, 0x102);
	passthrough_give(&vms[0]);
	assert_int_equal(irqs[40].affinity, 0x100);
}

static void test_none(void **state)
{
	(void)state;
	vms[0].config.device_count = 1;
	fail_at = 1;
	assert_int_equal(passthrough_take(&vms[0], &error), 0);
	passthrough_start(&vms[0]);
	passthrough_stop(&vms[0]);
	passthrough_give(&vms[0]);
	assert_int_equal(fail_at, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_life, start),
		cmocka_unit_test_setup(test_start_of_another, start),
		cmocka_unit_test_setup(test_each_step_fails, start),
		cmocka_unit_test_setup(test_owners, start),
		cmocka_unit_test_setup(test_interrupt_in_use, start),
		cmocka_unit_test_setup(test_too_many, start),
		cmocka_unit_test_setup(test_pages, start),
		cmocka_unit_test_setup(test_silence, start),
		cmocka_unit_test_setup(test_pinned, start),
		cmocka_unit_test_setup(test_none, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
