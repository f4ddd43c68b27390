/* SPDX-License-Identifier: Apache-2.0 */
#include "vgic_fixture.h"

#include <errno.h>

struct fixture f;
struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];
static z_isr_t maintenance_handler;

/* ---- what is around the vGIC -------------------------------------------------------------------- */

static void chip_deactivate(unsigned int intid)
{
	f.deactivated++;
	if (intid < 32U) {
		assert_true((fake_gic.ppi_active[fake_gic.current] >> intid & 1U) != 0U);
		fake_gic.ppi_active[fake_gic.current] &= ~(1U << intid);
	} else {
		fake_gic.spi_active[intid / 32U] &= ~(1U << (intid % 32U));
	}
}

static void chip_set_active(unsigned int intid, bool active)
{
	assert_true(intid < 32U && active);
	fake_gic.ppi_active[fake_gic.current] |= 1U << intid;
}

static struct z_irqchip chip = {
	.name = "GIC",
	.nr_irqs = 1020U,
	.maintenance = 25U,
	.deactivate = chip_deactivate,
	.set_active = chip_set_active,
};

const struct z_irqchip *z_irqchip = &chip;

int irq_connect_dynamic(unsigned int irq, unsigned int priority,
			void (*routine)(const void *parameter), const void *parameter,
			uint32_t flags)
{
	(void)priority;
	(void)parameter;
	(void)flags;
	assert_int_equal(irq, 25);
	maintenance_handler = routine;
	return 0;
}

void printk(const char *format, ...)
{
	(void)format;
}

void z_irq_enable_percpu(unsigned int intid)
{
	assert_int_equal(intid, 25);
}

void vcpu_kick(struct vcpu *v)
{
	assert_false(k_spin_is_locked(&f.vm.vgic.lock));
	f.kicks++;
	f.kicked |= 1U << v->id;
	if (v->resident == &z_cpus[fake_gic.current]) {
		vgic_flush(v);
	}
}

void vcpu_again(void)
{
	f.again |= 1U << fake_gic.current;
}

bool vtimer_line(struct vcpu *v, uint32_t intid)
{
	assert_int_equal(intid, TIMER);
	return f.timer_line[v->id];
}

static struct mmio_region regions[2];
static unsigned int region_count;

int mmio_add(struct mmio_map *map, const struct mmio_region *region,
	     const struct mmio_region **clash)
{
	(void)map;
	(void)clash;
	if (region_count == 2U) {
		return -ENOSPC;
	}
	regions[region_count++] = *region;
	return 0;
}

/* ---- the VM ------------------------------------------------------------------------------------- */

/* Somebody who is no vCPU runs on the current CPU. */
static void run_stranger(void)
{
	struct k_thread *t = &f.thread[fake_gic.current];

	t->arch.cpu = &z_cpus[fake_gic.current];
	fake_arch.current = &t->arch;
}

/* The vCPU that is resident runs on the current CPU, if one is. */
static void run_resident(void)
{
	struct z_cpu *cpu = &z_cpus[fake_gic.current];

	run_stranger();
	if (cpu->arch.guest != NULL) {
		cpu->arch.guest->arch.cpu = cpu;
		fake_arch.current = &cpu->arch.guest->arch;
	}
}

void on_cpu(unsigned int cpu)
{
	fake_gic.current = cpu;
	run_resident();
}

void load(unsigned int vcpu, unsigned int cpu)
{
	on_cpu(cpu);
	assert_null(z_cpus[cpu].arch.guest);
	z_cpus[cpu].arch.guest = &f.vcpu[vcpu].thread;
	f.vcpu[vcpu].resident = &z_cpus[cpu];
	run_resident();
	vgic_load(&f.vcpu[vcpu]);
	take_again();
}

void save(unsigned int vcpu)
{
	struct vcpu *v = &f.vcpu[vcpu];

	assert_ptr_equal(v->resident, &z_cpus[fake_gic.current]);
	vgic_save(v);
	v->resident = NULL;
	z_cpus[fake_gic.current].arch.guest = NULL;
	run_resident();
}

void fixture_bare(unsigned int vcpus, unsigned int lrs)
{
	memset(&f, 0, sizeof(f));
	fake_arch_reset();
	fake_gic_reset(lrs, 5U);
	for (unsigned int i = 0U; i < FAKE_GIC_CPUS; i++) {
		z_cpus[i].arch.id = i;
		z_cpus[i].arch.guest = NULL;
	}
	on_cpu(0U);
	assert_int_equal(vgic_host_init(), 0);
	f.vm.vcpu_count = vcpus;
	for (unsigned int i = 0U; i < vcpus; i++) {
		f.vm.vcpu[i] = &f.vcpu[i];
		f.frame[i].timer.intid = GUEST_TIMER_NONE;
		f.vcpu[i].frame = &f.frame[i];
		f.vcpu[i].started = true;
		f.vcpu[i].vm = &f.vm;
		f.vcpu[i].id = i;
		f.vcpu[i].power = VCPU_ON;
	}
	region_count = 0U;
	assert_int_equal(vgic_create(&f.vm), 0);
	assert_int_equal(regions[0].base, GUEST_GICD_BASE);
	assert_int_equal(regions[1].size, GUEST_GICR_STRIDE * vcpus);
	for (unsigned int i = 0U; i < vcpus; i++) {
		assert_int_equal(vgic_map_hw(&f.vm, &f.vcpu[i], TIMER, HOST_TIMER), 0);
	}
	vgic_reset(&f.vm);
}

void fixture_start(unsigned int vcpus, unsigned int lrs)
{
	fixture_bare(vcpus, lrs);
	for (unsigned int i = 0U; i < vcpus && i < FAKE_GIC_CPUS; i++) {
		load(i, i);
		fake_gic.cpu[i].vmcr |= 0xf0000000U | ICH_VMCR_ENG0 | ICH_VMCR_ENG1;
	}
	on_cpu(0U);
	dist_write(0U, 4U, 3U);
	for (unsigned int i = 0U; i < vcpus; i++) {
		redist_write(i, 0x14U, 4U, 0U);
	}
}

/* As guest_vector_irq does. */
void fire(unsigned int vcpu)
{
	struct guest_timer *t = &f.frame[vcpu].timer;

	assert_ptr_equal(f.vcpu[vcpu].resident, &z_cpus[fake_gic.current]);
	assert_int_equal(fake_gic.ppi_active[fake_gic.current] >> HOST_TIMER & 1U, 0);
	fake_gic.ppi_active[fake_gic.current] |= 1U << HOST_TIMER;
	if (t->intid != HOST_TIMER || (gic_virt_elrsr() >> GUEST_TIMER_LR & 1U) == 0U) {
		vgic_hw_fired(&f.vcpu[vcpu], TIMER);
		return;
	}
	gic_virt_set_lr(GUEST_TIMER_LR, t->lr);
	t->fired++;
	f.shortly++;
}

uint64_t dist_read(uint32_t offset, unsigned int size)
{
	uint64_t value = 0U;

	assert_true(regions[0].ops->read(&f.vcpu[0], regions[0].dev, offset, size, &value));
	return value;
}

/* As mmio.c: false, and something is left to be done. */
static void written(unsigned int by, bool done)
{
	assert_int_equal(done, f.vcpu[by].vgic.later == 0U);
	if (!done) {
		assert_true(vgic_later(&f.vcpu[by]));
	}
	take_again();
}

void any_end(unsigned int by)
{
	written(by, f.vcpu[by].vgic.later == 0U);
}

void any_access(unsigned int by, unsigned int region, uint32_t offset, unsigned int size,
		bool write, uint64_t value)
{
	const struct mmio_region *r = &regions[region];

	if (offset >= r->size) {
		return;
	}
	if (write) {
		written(by, r->ops->write(&f.vcpu[by], r->dev, offset, size,
					  value & (UINT64_MAX >> (64U - 8U * size))));
		return;
	}
	assert_true(r->ops->read(&f.vcpu[by], r->dev, offset, size, &value));
	assert_true((value & ~(UINT64_MAX >> (64U - 8U * size))) == 0U);
}

void dist_write_by(unsigned int by, uint32_t offset, unsigned int size, uint64_t value)
{
	written(by, regions[0].ops->write(&f.vcpu[by], regions[0].dev, offset, size, value));
}

void dist_write(uint32_t offset, unsigned int size, uint64_t value)
{
	dist_write_by(0U, offset, size, value);
}

uint64_t redist_read(unsigned int vcpu, uint32_t offset, unsigned int size)
{
	uint64_t value = 0U;

	assert_true(
		regions[1].ops->read(&f.vcpu[0], regions[1].dev, GICR(vcpu, offset), size, &value));
	return value;
}

void redist_write(unsigned int vcpu, uint32_t offset, unsigned int size, uint64_t value)
{
	written(0U,
		regions[1].ops->write(&f.vcpu[0], regions[1].dev, GICR(vcpu, offset), size, value));
}

void setup_irq(unsigned int vcpu, uint32_t intid, uint8_t priority, bool edge)
{
	uint32_t bit = 1U << (intid % 32U);
	uint32_t word = intid / 32U * 4U;

	if (intid < 32U) {
		redist_write(vcpu, SGI_FRAME + 0x80U, 4U,
			     redist_read(vcpu, SGI_FRAME + 0x80U, 4U) | bit);
		redist_write(vcpu, SGI_FRAME + 0x400U + intid, 1U, priority);
		redist_write(vcpu, SGI_FRAME + 0x100U, 4U, bit);
		return;
	}

	uint32_t cfg = 0xc00U + intid / 16U * 4U;
	uint64_t old = dist_read(cfg, 4U) & ~(2ULL << (intid % 16U * 2U));

	dist_write(cfg, 4U, old | (edge ? 2ULL << (intid % 16U * 2U) : 0U));
	dist_write(0x80U + word, 4U, dist_read(0x80U + word, 4U) | bit);
	dist_write(0x400U + intid, 1U, priority);
	dist_write(0x6000U + 8U * intid, 8U, vcpu);
	dist_write(0x100U + word, 4U, bit);
}

/* The interrupt of a CPU to itself, which comes before its guest does anything. */
void take_again(void)
{
	unsigned int cpu = fake_gic.current;

	for (unsigned int i = 0U; (f.again >> cpu & 1U) != 0U; i++) {
		assert_true(i < 600U);
		f.again &= ~(1U << cpu);
		if (z_cpus[cpu].arch.guest != NULL) {
			vgic_flush((struct vcpu *)(void *)z_cpus[cpu].arch.guest);
		}
	}
}

/* ---- the guest and the CPUs --------------------------------------------------------------------- */

/* Whoever runs instead of the vCPU is not held up, and the vCPU finds the interface as it was. */
static void maintain_beside(void)
{
	struct vcpu *v = vcpu_resident();
	uint64_t lrs[VGIC_LRS_MAX];

	memcpy(lrs, fake_gic.cpu[fake_gic.current].lr, sizeof(lrs));
	run_stranger();
	maintenance_handler(NULL);
	assert_false(fake_gic_maintenance());
	assert_memory_equal(lrs, fake_gic.cpu[fake_gic.current].lr, sizeof(lrs));
	assert_int_equal(v->flush, 1U);
	v->flush = 0U;
	run_resident();
	vgic_flush(v);
	assert_true((fake_gic.cpu[fake_gic.current].hcr & ICH_HCR_EN) != 0U);
}

void maintain(void)
{
	for (unsigned int i = 0U; fake_gic_maintenance(); i++) {
		assert_true(i < 2U);
		if (f.maintained++ % 3U == 0U && vcpu_resident() != NULL) {
			maintain_beside();
		} else {
			maintenance_handler(NULL);
		}
		take_again();
	}
}

void take_kicks(void)
{
	unsigned int cpu = fake_gic.current;

	/* What one of them does may be news for another. */
	while (f.kicked != 0U) {
		struct vcpu *v = &f.vcpu[__builtin_ctz(f.kicked)];

		f.kicked &= f.kicked - 1U;
		if (v->resident != NULL) {
			on_cpu(v->resident->arch.id);
			vgic_flush(v);
			take_again();
		}
	}
	on_cpu(cpu);
}

uint32_t ack(void)
{
	uint32_t intid;

	take_again();
	intid = fake_gic_ack(true);
	maintain();
	return intid;
}

void eoi(uint32_t intid)
{
	fake_gic_eoi(true, intid);
	maintain();
}

uint32_t take(void)
{
	uint32_t intid = ack();

	if (intid != SPURIOUS) {
		eoi(intid);
	}
	return intid;
}

static void check_lrs(const struct vcpu *v, uint32_t *in_lr)
{
	for (uint32_t used = v->vgic.used; used != 0U; used &= used - 1U) {
		uint32_t intid = LR_INTID(v->vgic.lr[__builtin_ctz(used)]);

		assert_true(intid < VGIC_INTIDS);
		/* In one list register only. */
		assert_int_equal(in_lr[intid / 32U] >> (intid % 32U) & 1U, 0);
		in_lr[intid / 32U] |= 1U << (intid % 32U);
		if (intid >= 32U) {
			assert_true((v->vgic.mine[intid / 32U - 1U] >> (intid % 32U) & 1U) != 0U);
		}
	}
}

/* What the vector relies on. */
static void check_timer(const struct vcpu *v)
{
	const struct guest_timer *t = &f.frame[v->id].timer;
	const struct vgic_bank *b = &v->vgic.bank;
	uint64_t lr = v->vgic.lr[GUEST_TIMER_LR];

	if (t->intid == GUEST_TIMER_NONE) {
		return;
	}
	assert_int_equal(t->intid, HOST_TIMER);
	assert_int_equal(LR_PINTID(t->lr), HOST_TIMER);
	assert_int_equal(LR_INTID(t->lr), TIMER);
	assert_int_equal(t->lr & (LR_STATE | LR_HW), LR_PENDING | LR_HW);
	assert_int_equal(LR_PRIORITY(t->lr), b->priority[TIMER]);
	assert_int_equal((t->lr & LR_GROUP1) != 0U, ((b->group | b->grpmod) >> TIMER & 1U) != 0U);
	assert_true((b->in_lr & vgic_bank_open(&f.vm.vgic, b) & 1U << TIMER) != 0U);
	assert_true((v->vgic.used >> GUEST_TIMER_LR & 1U) != 0U);
	assert_int_equal((lr ^ t->lr) & ~LR_STATE, 0);
	assert_int_equal(v->vgic.lr_flags[GUEST_TIMER_LR], 0);
	assert_int_equal(v->vgic.hcr & ICH_HCR_MAINTENANCE, 0);
}

/* Who has an SPI is one, and none has one that is neither active nor in a list register. */
static void check_mine(uint32_t n, uint32_t active, uint32_t in_lr, uint32_t *out)
{
	uint32_t all = 0U;

	for (unsigned int i = 0U; i < f.vm.vcpu_count; i++) {
		uint32_t mine = f.vcpu[i].vgic.mine[n];

		assert_int_equal(all & mine, 0);
		all |= mine;
		out[i] += (uint32_t)__builtin_popcount(mine & active);
	}
	assert_int_equal(all, active | in_lr);
}

static void check_planes(const struct vgic_bank *b)
{
	for (uint32_t i = 0U; i < VGIC_BANK_IRQS; i++) {
		uint32_t priority = 0U;

		for (uint32_t n = 0U; n < 8U; n++) {
			priority |= (b->plane[n] >> i & 1U) << n;
		}
		assert_int_equal(priority, b->priority[i]);
	}
}

void check(void)
{
	uint32_t in_lr[1U + VGIC_SPI_BANKS] = {0};
	uint32_t out[VGIC_VCPUS_MAX] = {0};

	assert_false(k_spin_is_locked(&f.vm.vgic.lock));
	for (unsigned int i = 0U; i < f.vm.vcpu_count; i++) {
		in_lr[0] = 0U;
		check_lrs(&f.vcpu[i], in_lr);
		check_timer(&f.vcpu[i]);
		assert_int_equal(f.vcpu[i].vgic.bank.in_lr, in_lr[0]);
		assert_int_equal(f.vcpu[i].vgic.bank.ready, vgic_bank_ready(&f.vcpu[i].vgic.bank));
		out[i] = (uint32_t)__builtin_popcount(f.vcpu[i].vgic.bank.active);
	}
	for (unsigned int n = 0U; n < VGIC_SPI_BANKS; n++) {
		const struct vgic_bank *b = &f.vm.vgic.bank[n];

		check_planes(b);
		assert_int_equal(b->in_lr, in_lr[n + 1U]);
		assert_int_equal(b->ready, vgic_bank_ready(b));
		assert_int_equal(f.vm.vgic.ready_banks >> n & 1U, b->ready != 0U);
		check_mine(n, b->active, b->in_lr, out);
	}
	for (unsigned int i = 0U; i < f.vm.vcpu_count; i++) {
		assert_int_equal(f.vcpu[i].vgic.active_out, out[i]);
	}
}
