/* SPDX-License-Identifier: Apache-2.0 */
/* PL031 real-time clock (Arm DDI 0224): read once, for the time of day. */
#include <errno.h>

#include <zvm/driver.h>
#include "arch/arm64/io.h"
#include "drivers/rtc/wallclock.h"

#define RTCDR 0x00U

static int pl031_probe(const void *fdt, int node, struct device *dev)
{
	uintptr_t base;
	uint64_t size;
	int rc = device_map(fdt, node, 0U, &base, &size);

	if (rc != 0 || size < sizeof(uint32_t)) {
		return device_fail(dev, rc != 0 ? rc : -EINVAL, "its reg is missing or too small");
	}
	wallclock_set(readl_relaxed(base + RTCDR));
	return 0;
}

ZVM_DRIVER(pl031, .compatibles = {"arm,pl031"}, .stage = DRIVER_STAGE_NORMAL, .lets_go = true,
	   .probe = pl031_probe);
