/* SPDX-License-Identifier: Apache-2.0 */
#include <zephyr/kernel.h>

#include "hyp/vdev_timer.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"

/* Called with the kernel lock, which the device's function is not to know of. */
static void expired(struct _timeout *timeout)
{
	struct vdev_timer *timer = CONTAINER_OF(timeout, struct vdev_timer, timeout);

	timer->running++;
	z_unlock_masked();
	timer->fn(timer);
	z_lock_masked();
	timer->running--;
}

void vdev_timer_init(struct vdev_timer *timer, void (*fn)(struct vdev_timer *timer))
{
	z_timeout_init(&timer->timeout, expired);
	timer->fn = fn;
	timer->running = 0U;
}

void vdev_timer_start(struct vdev_timer *timer, uint64_t us)
{
	unsigned int key = z_lock();

	(void)z_timeout_cancel(&timer->timeout);
	/* One more, as the tick that is now has begun. */
	z_timeout_add_at(&timer->timeout,
			 (uint64_t)sys_clock_tick_get() + k_us_to_ticks_ceil64(us) + 1U);
	z_unlock(key);
}

void vdev_timer_cancel(struct vdev_timer *timer)
{
	unsigned int key = z_lock();

	(void)z_timeout_cancel(&timer->timeout);
	z_unlock(key);
}

void vdev_timer_stop(struct vdev_timer *timer)
{
	unsigned int key = z_lock();

	(void)z_timeout_cancel(&timer->timeout);
	while (timer->running != 0U) {
		z_unlock(key);
		arch_spin_relax();
		key = z_lock();
		/* The function may have started it again. */
		(void)z_timeout_cancel(&timer->timeout);
	}
	z_unlock(key);
}
