/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Arm generic timer: finds its interrupt and frequency. The registers are in
 * arch/arm64/timer.h, inline, and the kernel's timeouts use them directly; which of the timers it
 * is follows the exception level (arch/arm64/el.h).
 */
#include <errno.h>

#include <zephyr/irq.h>
#include <zephyr/sys/printk.h>
#include <zvm/driver.h>
#include "arch/arch.h"
#include "drivers/timer/arm_generic.h"
#include "kernel/irq.h"
#include "kernel/timeout.h"
#include "lib/fdt.h"

/* More urgent than the devices': what waits for a time waits for nothing else. */
#define TIMER_PRIORITY 0x80U

/* Index in the node's interrupts (binding "arm,armv8-timer"). */
#define DT_INDEX_VIRTUAL 2U

struct arm_timer_irq arm_timer_virtual;

static void timer_isr(const void *arg)
{
	ARG_UNUSED(arg);
	z_timeout_isr();
}

/*
 * The kernel has started its clock with CNTFRQ_EL0; where firmware left that at 0, the devicetree
 * may know.
 */
static int start_clock(const void *fdt, int node, struct device *dev)
{
	uint32_t hz = 0U;

	if (arch_timer_cntfrq() != 0U) {
		return 0;
	}
	if (fdt_prop_u32(fdt, node, "clock-frequency", &hz, NULL) != 0 || hz == 0U) {
		return device_fail(
			dev, -EINVAL,
			"its frequency is not known: CNTFRQ_EL0 is 0, and there is no clock-frequency");
	}
	printk("%s: firmware did not set CNTFRQ_EL0; clock-frequency says %u Hz\n", dev->name, hz);
	z_clock_init(hz, arch_cycles());
	return 0;
}

static int timer_probe(const void *fdt, int node, struct device *dev)
{
	unsigned int intid;
	uint32_t flags;
	int rc = device_irq(fdt, node, EL_TIMER_DT_INDEX, &intid, &flags);

	if (rc != 0 || intid < 16U || intid >= Z_IRQ_SPI_BASE) {
		return device_fail(
			dev, rc != 0 ? rc : -EINVAL,
			"interrupt %d of its interrupts is not there or not private to a CPU",
			EL_TIMER_DT_INDEX);
	}
	rc = start_clock(fdt, node, dev);
	if (rc != 0) {
		return rc;
	}
	rc = irq_connect_dynamic(intid, TIMER_PRIORITY, timer_isr, NULL, flags);
	if (rc < 0) {
		return device_fail(dev, rc, "interrupt %u cannot be connected", intid);
	}
	z_irq_enable_percpu(intid);
	if (device_irq(fdt, node, DT_INDEX_VIRTUAL, &arm_timer_virtual.intid,
		       &arm_timer_virtual.flags) != 0) {
		arm_timer_virtual.intid = 0U;
	}
	return 0;
}

ZVM_DRIVER(arm_generic_timer, .compatibles = {"arm,armv8-timer"}, .stage = DRIVER_STAGE_TIMER,
	   .probe = timer_probe);
