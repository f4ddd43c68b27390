/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of the host that belong to a guest.
 *
 * Registers are mapped by whole pages (the guest's accesses do not exit). An interrupt stays active from when the host has
 * acknowledged it until the guest deactivates it, by a list register that is tied to it: no exit for that, and it cannot come
 * again before, whatever the guest does or leaves undone (IHI 0069, 6.4).
 *
 * Locks: table_lock (a mutex: who owns what), then a line's lock. The handler takes the line's lock, and then the
 * vGIC's: so whoever has set line::vm to NULL knows that no handler works on that VM any more.
 */
#include <errno.h>
#include <stdarg.h>

#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "arch/arm64/guest.h"
#include "arch/arm64/image.h"
#include "arch/mmu.h"
#include "hyp/passthrough.h"
#include "hyp/vgic.h"
#include "hyp/vm.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"

/* Interrupts of all VMs together. */
#define LINES_MAX 64U

struct line {
	struct k_spinlock lock;
	/** Owner; NULL: the line is free. */
	struct vm *vm;
	uint32_t guest;
	uint32_t host;
};

static struct line lines[LINES_MAX];
/* VMs with devices of the host. */
static struct vm *owners[VMS_MAX];
static K_MUTEX_DEFINE(table_lock);

static int __printf_like(5, 6) fails(const struct vm *vm, const struct vm_device_def *d, int rc,
				     struct vm_error *error, const char *format, ...)
{
	char node[64];
	va_list ap;

	(void)snprintk(node, sizeof(node), "/devices/%s", d->name);
	va_start(ap, format);
	rc = vm_vfail_def(&vm->config, error, rc, node, "passthrough", format, ap);
	va_end(ap);
	return rc;
}

/* ---- one interrupt -------------------------------------------------------------------------- */

static void line_isr(const void *arg)
{
	struct line *line = (struct line *)(uintptr_t)arg;
	k_spinlock_key_t key = k_spin_lock(&line->lock);

	if (line->vm != NULL) {
		vgic_hw_fired(line->vm->vcpu[0], line->guest);
	}
	k_spin_unlock(&line->lock, key);
}

/* As the GIC is after reset, but for the trigger. */
static void quiet(uint32_t intid)
{
	irq_disable(intid);
	z_irqchip->set_pending(intid, false);
	z_irqchip->set_active(intid, false);
}

/* Where the VM's first vCPU is, if that is fixed. */
static void route(const struct vm *vm, uint32_t intid)
{
	if (vm->config.pinned) {
		(void)z_irqchip->set_affinity(intid, z_cpus[vm->config.cpu[0]].arch.mpidr);
	}
}

static struct line *free_line(void)
{
	for (unsigned int i = 0U; i < LINES_MAX; i++) {
		if (lines[i].vm == NULL) {
			return &lines[i];
		}
	}
	return NULL;
}

static int take_irq(struct vm *vm, const struct vm_device_def *d, const struct vm_pt_irq *irq,
		    struct vm_error *error)
{
	struct line *line = free_line();

	if (line == NULL) {
		return fails(vm, d, -EBUSY, error,
			     "interrupt %u is one too many of all VMs' devices: delete a VM",
			     irq->host);
	}
	if (z_irq_is_connected(irq->host)) {
		return fails(vm, d, -EBUSY, error,
			     "interrupt %u is in use, by the host or another VM", irq->host);
	}
	line->guest = irq->guest;
	line->host = irq->host;
	quiet(irq->host);
	if (irq_connect_dynamic(irq->host, VGIC_IRQ_PRIORITY, line_isr, line, irq->flags) < 0 ||
	    vgic_map_hw(vm, NULL, irq->guest, irq->host) != 0) {
		(void)irq_disconnect_dynamic(irq->host, VGIC_IRQ_PRIORITY, line_isr, line, 0U);
		return fails(vm, d, -EINVAL, error, "interrupt %u cannot be used", irq->host);
	}
	z_irqchip->set_forwarded(irq->host, true);
	route(vm, irq->host);
	line->vm = vm;
	return 0;
}

static void give_irq(struct line *line)
{
	k_spinlock_key_t key;

	irq_disable(line->host);
	key = k_spin_lock(&line->lock);
	line->vm = NULL;
	k_spin_unlock(&line->lock, key);
	z_irqchip->set_forwarded(line->host, false);
	quiet(line->host);
	(void)z_irqchip->set_affinity(line->host, z_cpus[0].arch.mpidr);
	(void)irq_disconnect_dynamic(line->host, VGIC_IRQ_PRIORITY, line_isr, line, 0U);
}

/* ---- registers ------------------------------------------------------------------------------ */

/* Is a page of the guest's one that an earlier range of its devices has? As checked, it is the same in the host then. */
static bool is_mapped(const struct vm *vm, const struct vm_pt_range *end, uint64_t page)
{
	for (uint32_t i = 0U; i < vm->config.device_count; i++) {
		const struct vm_passthrough *host = &vm->config.device[i].host;

		for (uint32_t n = 0U; n < host->range_count; n++) {
			const struct vm_pt_range *range = &host->range[n];

			if (range == end) {
				return false;
			}
			if (page + PAGE_SIZE > range->ipa && page < range->ipa + range->size) {
				return true;
			}
		}
	}
	return false;
}

static int map_range(struct vm *vm, const struct vm_pt_range *range)
{
	uint64_t page = ROUND_DOWN(range->ipa, PAGE_SIZE);
	uint64_t size = ROUND_UP(range->ipa + range->size, PAGE_SIZE) - page;

	if (size == PAGE_SIZE && is_mapped(vm, range, page)) {
		return 0;
	}
	return stage2_map(&vm->s2, ipa(page), hpa(ROUND_DOWN(range->hpa, PAGE_SIZE)), size,
			  PG_RW | PG_DEVICE);
}

static size_t silence_width(const struct vm_passthrough *host)
{
	return host->silence_byte ? 1U : sizeof(uint32_t);
}

/* The guest's mapping goes with the VM's tables. The host itself has what it needs to end the device's work. */
static int map_device(struct vm *vm, const struct vm_device_def *d, struct vm_error *error)
{
	int rc = d->host.silence != 0U ? arch_mmio_map(d->host.silence, silence_width(&d->host))
				       : 0;

	for (uint32_t i = 0U; rc == 0 && i < d->host.range_count; i++) {
		rc = map_range(vm, &d->host.range[i]);
	}
	if (rc == -ENOMEM) {
		return fails(vm, d, rc, error, "no memory for translation tables; delete a VM");
	}
	return rc == 0 ? 0
		       : fails(vm, d, rc, error, "'%s' cannot be mapped (error %d)", d->host.path,
			       rc);
}

/* What the guest has left running must not interrupt, nor write to memory that is somebody else's soon. */
static void silence(const struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->config.device_count; i++) {
		const struct vm_passthrough *host = &vm->config.device[i].host;

		if (host->silence != 0U) {
			arch_write_unsure(host->silence, 0U, host->silence_byte);
		}
	}
}

/* ---- who has what --------------------------------------------------------------------------- */

static bool meets_in_host(const struct vm_passthrough *a, const struct vm_passthrough *b)
{
	for (uint32_t i = 0U; i < a->range_count; i++) {
		for (uint32_t n = 0U; n < b->range_count; n++) {
			const struct vm_pt_range *p = &a->range[i];
			const struct vm_pt_range *q = &b->range[n];

			if (ROUND_DOWN(p->hpa, PAGE_SIZE) < ROUND_UP(q->hpa + q->size, PAGE_SIZE) &&
			    ROUND_DOWN(q->hpa, PAGE_SIZE) < ROUND_UP(p->hpa + p->size, PAGE_SIZE)) {
				return true;
			}
		}
	}
	return a->node == b->node;
}

static int check_owner(const struct vm *vm, const struct vm_device_def *d, const struct vm *other,
		       struct vm_error *error)
{
	for (uint32_t i = 0U; i < other->config.device_count; i++) {
		const struct vm_device_def *its = &other->config.device[i];

		if (its->host.path == NULL || !meets_in_host(&d->host, &its->host)) {
			continue;
		}
		return fails(vm, d, -EBUSY, error, "'%s' %s vm %u (%s)", d->host.path,
			     d->host.node == its->host.node ? "belongs to"
							    : "shares a page with a device of",
			     other->id, other->config.name);
	}
	return 0;
}

static int check_owners(const struct vm *vm, struct vm_error *error)
{
	for (uint32_t i = 0U; i < vm->config.device_count; i++) {
		const struct vm_device_def *d = &vm->config.device[i];

		for (uint32_t n = 0U; d->host.path != NULL && n < VMS_MAX; n++) {
			int rc = owners[n] != NULL ? check_owner(vm, d, owners[n], error) : 0;

			if (rc != 0) {
				return rc;
			}
		}
	}
	return 0;
}

bool passthrough_any(const struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->config.device_count; i++) {
		if (vm->config.device[i].host.path != NULL) {
			return true;
		}
	}
	return false;
}

static int take_irqs(struct vm *vm, const struct vm_device_def *d, struct vm_error *error)
{
	for (uint32_t i = 0U; i < d->host.irq_count; i++) {
		int rc = take_irq(vm, d, &d->host.irq[i], error);

		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static void give_all(struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->config.device_count; i++) {
		const struct vm_passthrough *host = &vm->config.device[i].host;

		if (host->silence != 0U) {
			arch_mmio_unmap(host->silence, silence_width(host));
		}
	}
	for (unsigned int i = LINES_MAX; i-- > 0U;) {
		if (lines[i].vm == vm) {
			give_irq(&lines[i]);
		}
	}
	owners[vm->id] = NULL;
}

int passthrough_take(struct vm *vm, struct vm_error *error)
{
	int rc;

	if (!passthrough_any(vm)) {
		return 0;
	}
	(void)k_mutex_lock(&table_lock, K_FOREVER);
	rc = check_owners(vm, error);
	if (rc == 0) {
		owners[vm->id] = vm;
		for (uint32_t i = 0U; rc == 0 && i < vm->config.device_count; i++) {
			rc = map_device(vm, &vm->config.device[i], error);
			rc = rc != 0 ? rc : take_irqs(vm, &vm->config.device[i], error);
		}
		if (rc != 0) {
			give_all(vm);
		}
	}
	(void)k_mutex_unlock(&table_lock);
	return rc;
}

void passthrough_give(struct vm *vm)
{
	if (passthrough_any(vm)) {
		(void)k_mutex_lock(&table_lock, K_FOREVER);
		give_all(vm);
		(void)k_mutex_unlock(&table_lock);
	}
}

void passthrough_start(struct vm *vm)
{
	for (unsigned int i = 0U; i < LINES_MAX; i++) {
		if (lines[i].vm == vm) {
			z_irqchip->set_pending(lines[i].host, false);
			irq_enable(lines[i].host);
		}
	}
}

void passthrough_stop(struct vm *vm)
{
	silence(vm);
	for (unsigned int i = 0U; i < LINES_MAX; i++) {
		if (lines[i].vm == vm) {
			irq_disable(lines[i].host);
		}
	}
}
