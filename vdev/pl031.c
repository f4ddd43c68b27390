/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL031 real-time clock (Arm DDI 0224). It shows the host's time of day, plus what the guest has set it ahead, and always
 * runs, as if firmware had started it: it is a clock on the wall, and goes on while the VM is paused or reset.
 *
 * u->lock is taken before the vGIC's.
 */
#include <libfdt.h>

#include <zephyr/kernel.h>
#include <zephyr/spinlock.h>
#include <zephyr/sys/util.h>

#include "drivers/rtc/wallclock.h"
#include "hyp/guest_dtb.h"
#include "hyp/guest_layout.h"
#include "hyp/vdev.h"
#include "hyp/vdev_timer.h"

#define RTCDR   0x000U
#define RTCMR   0x004U
#define RTCLR   0x008U
#define RTCCR   0x00cU
#define RTCIMSC 0x010U
#define RTCRIS  0x014U
#define RTCMIS  0x018U
#define RTCICR  0x01cU
#define RTCID   0xfe0U

#define CR_START BIT(0)
#define INT_RTC  BIT(0)

#define US_PER_SECOND 1000000U

struct pl031 {
	struct k_spinlock lock;
	struct vdev *dev;
	/* Added to the host's seconds, modulo 2^32. */
	uint32_t offset;
	uint32_t match;
	uint32_t load;
	bool masked_in;
	bool raised;
	/* Of the interrupt line. */
	bool level;
	struct vdev_timer alarm;
};

static uint32_t seconds(const struct pl031 *u)
{
	return (uint32_t)(wallclock_us() / US_PER_SECOND) + u->offset;
}

static void update_irq(struct pl031 *u)
{
	bool level = u->raised && u->masked_in;

	if (level != u->level) {
		u->level = level;
		vdev_irq(u->dev, level);
	}
}

/* The interrupt comes when the counter gets to the match register, or is set to it. */
static void set_alarm(struct pl031 *u)
{
	uint64_t now = wallclock_us();
	uint32_t left = u->match - ((uint32_t)(now / US_PER_SECOND) + u->offset);

	if (left == 0U) {
		vdev_timer_cancel(&u->alarm);
		u->raised = true;
		return;
	}
	vdev_timer_start(&u->alarm, (uint64_t)left * US_PER_SECOND - now % US_PER_SECOND);
}

static void on_alarm(struct vdev_timer *timer)
{
	struct pl031 *u = CONTAINER_OF(timer, struct pl031, alarm);
	k_spinlock_key_t key = k_spin_lock(&u->lock);

	/* The guest may have moved the alarm while this was on its way. */
	if (u->match == seconds(u)) {
		u->raised = true;
		update_irq(u);
	}
	k_spin_unlock(&u->lock, key);
}

static uint32_t read_reg(const struct pl031 *u, uint32_t offset)
{
	/* UARTPeriphID: part 0x031 of designer 0x41; PrimeCell ID (DDI 0224, 3.3.9). */
	static const uint8_t ids[] = {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	switch (offset) {
	case RTCDR:
		return seconds(u);
	case RTCMR:
		return u->match;
	case RTCLR:
		return u->load;
	case RTCCR:
		return CR_START;
	case RTCIMSC:
		return u->masked_in ? INT_RTC : 0U;
	case RTCRIS:
		return u->raised ? INT_RTC : 0U;
	case RTCMIS:
		return u->raised && u->masked_in ? INT_RTC : 0U;
	default:
		return offset >= RTCID && offset - RTCID < sizeof(ids) * 4U
			       ? ids[(offset - RTCID) / 4U]
			       : 0U;
	}
}

static void write_reg(struct pl031 *u, uint32_t offset, uint32_t value)
{
	switch (offset) {
	case RTCMR:
		u->match = value;
		set_alarm(u);
		break;
	case RTCLR:
		u->load = value;
		u->offset += value - seconds(u);
		set_alarm(u);
		break;
	case RTCIMSC:
		u->masked_in = (value & INT_RTC) != 0U;
		break;
	case RTCICR:
		u->raised = u->raised && (value & INT_RTC) == 0U;
		break;
	default:
		/* RTCCR with it: it cannot be stopped once it runs. */
		return;
	}
	update_irq(u);
}

/* A narrow access is one to the whole register: APB has no byte lanes that a PL031 looks at. */
static bool pl031_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		       uint64_t *value)
{
	struct pl031 *u = ((struct vdev *)dev)->data;
	k_spinlock_key_t key;
	uint64_t word;

	ARG_UNUSED(v);
	if (size > sizeof(uint32_t)) {
		return false;
	}
	key = k_spin_lock(&u->lock);
	word = read_reg(u, offset & ~3U);
	k_spin_unlock(&u->lock, key);
	*value = (word >> (8U * (offset % 4U))) & (UINT64_MAX >> (64U - 8U * size));
	return true;
}

static bool pl031_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			uint64_t value)
{
	struct pl031 *u = ((struct vdev *)dev)->data;
	k_spinlock_key_t key;

	ARG_UNUSED(v);
	if (size > sizeof(uint32_t)) {
		return false;
	}
	key = k_spin_lock(&u->lock);
	write_reg(u, offset, (uint32_t)(value & (UINT64_MAX >> (64U - 8U * size))));
	k_spin_unlock(&u->lock, key);
	return true;
}

static void pl031_reset(struct vdev *dev)
{
	struct pl031 *u = dev->data;
	k_spinlock_key_t key = k_spin_lock(&u->lock);

	vdev_timer_cancel(&u->alarm);
	u->match = 0U;
	u->load = 0U;
	u->masked_in = false;
	u->raised = false;
	update_irq(u);
	k_spin_unlock(&u->lock, key);
}

static int pl031_create(struct vdev *dev, struct vm_error *error)
{
	struct pl031 *u = dev->data;

	ARG_UNUSED(error);
	u->dev = dev;
	vdev_timer_init(&u->alarm, on_alarm);
	return 0;
}

static void pl031_destroy(struct vdev *dev)
{
	struct pl031 *u = dev->data;

	vdev_timer_stop(&u->alarm);
}

static int pl031_describe(const struct vdev *dev, void *fdt)
{
	static const char compatible[] = "arm,pl031\0arm,primecell";
	static const char clocks[] = "apb_pclk";
	int rc = fdt_property(fdt, "compatible", compatible, sizeof(compatible));

	if (rc == 0) {
		rc = guest_dtb_irq(fdt, dev->irq, false);
	}
	return rc != 0 ? rc : guest_dtb_clocks(fdt, 1U, clocks, sizeof(clocks));
}

static const struct mmio_ops pl031_mmio = {.read = pl031_read, .write = pl031_write};

VDEV_DRIVER(pl031, .compatible = "arm,pl031", .base = GUEST_PL031_BASE, .size = GUEST_PL031_SIZE,
	    .irq = GUEST_PL031_IRQ, .data_size = sizeof(struct pl031), .mmio = &pl031_mmio,
	    .create = pl031_create, .destroy = pl031_destroy, .reset = pl031_reset,
	    .describe = pl031_describe);
