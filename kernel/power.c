/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end: power off and reset, by the firmware.
 */
#include <zephyr/kernel.h>
#include <zephyr/logging/log_ctrl.h>
#include <zephyr/sys/poweroff.h>
#include <zephyr/sys/reboot.h>

#include "kernel/firmware.h"

static FUNC_NORETURN void leave(int (*how)(void), const char *what)
{
	int err;

	(void)arch_irq_lock();
	log_panic();
	if (how == NULL) {
		printk("%s: no firmware was found that could do it; stopped\n", what);
	} else {
		err = how();
		printk("%s: the firmware refuses: %s; stopped\n", what, z_firmware->strerror(err));
	}
	k_fatal_halt(K_ERR_KERNEL_PANIC);
}

void sys_poweroff(void)
{
	leave(z_firmware != NULL ? z_firmware->system_off : NULL, "power off");
}

void sys_reboot(int type)
{
	ARG_UNUSED(type);
	leave(z_firmware != NULL ? z_firmware->system_reset : NULL, "reboot");
}
