/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Functions that run at boot, ordered by level and priority (SYS_INIT).
 *
 * | level        | when it runs                                                             |
 * | ------------ | ------------------------------------------------------------------------ |
 * | EARLY        | first; memory and the early console work, no devices, no threads          |
 * | PRE_KERNEL_1 | interrupt controller, timer and firmware are up; still no threads         |
 * | PRE_KERNEL_2 | directly after PRE_KERNEL_1                                               |
 * | POST_KERNEL  | in the main thread: everything of the kernel may be used                  |
 * | APPLICATION  | in the main thread, after the banner                                      |
 * | SMP          | in the main thread, after the other CPUs came up                          |
 */
#ifndef ZEPHYR_INCLUDE_INIT_H_
#define ZEPHYR_INCLUDE_INIT_H_

#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

struct device;

/** The levels, in the order in which they run. */
enum z_init_level {
	Z_INIT_LEVEL_EARLY,
	Z_INIT_LEVEL_PRE_KERNEL_1,
	Z_INIT_LEVEL_PRE_KERNEL_2,
	Z_INIT_LEVEL_POST_KERNEL,
	Z_INIT_LEVEL_APPLICATION,
	Z_INIT_LEVEL_SMP,
};

/** The last priority of a level. */
#define Z_INIT_PRIO_MAX 99

/** One SYS_INIT() or DEVICE_DEFINE(); collected by the linker. */
struct z_init_entry {
	int (*init)(void);                         /**< For SYS_INIT(). */
	int (*dev_init)(const struct device *dev); /**< For DEVICE_DEFINE(); may be NULL. */
	const struct device *dev;                  /**< NULL for SYS_INIT(). */
	uint8_t level;                             /**< enum z_init_level. */
	uint8_t prio;                              /**< 0 runs first. */
};

/**
 * @brief Call a function at boot.
 *
 * @param init_fn `int fn(void)`; a negative result is reported on the console, and boot goes on.
 * @param level   EARLY, PRE_KERNEL_1, PRE_KERNEL_2, POST_KERNEL, APPLICATION or SMP.
 * @param prio    0 to 99, a constant expression; lower runs first within its level.
 */
#define SYS_INIT(init_fn, level, prio) SYS_INIT_NAMED(init_fn, init_fn, level, prio)

/**
 * @brief SYS_INIT() for a function that is called more than once.
 *
 * @param name A name for this entry, unique in its file.
 */
#define SYS_INIT_NAMED(name, init_fn, level_, prio_)                                               \
	static const STRUCT_SECTION_ITERABLE(z_init_entry, _CONCAT(z_init_, name)) = {             \
		.init = (init_fn),                                                                 \
		.level = _CONCAT(Z_INIT_LEVEL_, level_),                                           \
		.prio = (prio_),                                                                   \
	}

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_INIT_H_ */
