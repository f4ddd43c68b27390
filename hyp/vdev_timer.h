/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A device's timer: calls it back once. Unlike a k_timer's, its memory may go as soon as it was stopped.
 */
#ifndef HYP_VDEV_TIMER_H_
#define HYP_VDEV_TIMER_H_

#include <stdint.h>

#include <zephyr/kernel/structs.h>

struct vdev_timer {
	struct _timeout timeout;
	void (*fn)(struct vdev_timer *timer);
	/** CPUs that are in fn; kernel lock. */
	uint32_t running;
};

/** @brief Prepares it. @p fn is called in the timer interrupt, with no lock held. */
void vdev_timer_init(struct vdev_timer *timer, void (*fn)(struct vdev_timer *timer));

/** @brief It fires when so many microseconds have passed, or soon after; once, and not for an earlier start. ISR ok. */
void vdev_timer_start(struct vdev_timer *timer, uint64_t us);

/** @brief It will not fire; but its function may just run on another CPU. ISR ok. */
void vdev_timer_cancel(struct vdev_timer *timer);

/** @brief The same, and its function runs nowhere. Not with a lock held that the function takes. */
void vdev_timer_stop(struct vdev_timer *timer);

#endif /* HYP_VDEV_TIMER_H_ */
