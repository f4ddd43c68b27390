/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Interrupt registration and control, with Zephyr's names.
 *
 * An interrupt is named by its GIC INTID (IHI 0069, 2.2): 0-15 are SGIs, 16-31 PPIs (private to
 * each CPU), 32-1019 SPIs. `priority` is the GIC's: 0 is the most urgent, 255 the least; it only
 * orders interrupts that are pending at once, since handlers never nest. Handlers run on the CPU's
 * interrupt stack with interrupts masked, and may not block.
 */
#ifndef ZEPHYR_INCLUDE_IRQ_H_
#define ZEPHYR_INCLUDE_IRQ_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Level-sensitive interrupt: stays pending while the line is asserted. */
#define IRQ_TYPE_LEVEL BIT(1)
/** Edge-triggered interrupt. */
#define IRQ_TYPE_EDGE BIT(2)
/** The priority of an interrupt for which nobody asked for another. */
#define IRQ_DEFAULT_PRIORITY 0xa0

/** An interrupt handler; `arg` is what it was connected with. */
typedef void (*z_isr_t)(const void *arg);

/**
 * One IRQ_CONNECT(); collected by the linker and entered into the table before the first device is
 * probed.
 */
struct z_irq_static {
	z_isr_t isr;
	const void *arg;
	uint32_t irq;
	uint32_t priority;
	uint32_t flags;
};

/**
 * @brief Connect a handler to an interrupt at build time.
 *
 * May stand in any function; it takes effect at boot, whether or not that function is ever called,
 * as in Zephyr. All arguments must be constant expressions. The interrupt stays disabled until
 * irq_enable().
 *
 * @param irq_p      INTID.
 * @param priority_p GIC priority, 0 (most urgent) to 255.
 * @param isr_p      Handler, `void isr(const void *)`.
 * @param isr_param_p The handler's argument.
 * @param flags_p    IRQ_TYPE_LEVEL, IRQ_TYPE_EDGE or 0 (leave the trigger as it is).
 */
#define IRQ_CONNECT(irq_p, priority_p, isr_p, isr_param_p, flags_p)                                \
	Z_IRQ_CONNECT(_CONCAT(z_irq_static_, __COUNTER__), irq_p, priority_p, isr_p, isr_param_p,  \
		      flags_p)

#define Z_IRQ_CONNECT(name_, irq_p, priority_p, isr_p, isr_param_p, flags_p)                       \
	do {                                                                                       \
		static const STRUCT_SECTION_ITERABLE(z_irq_static, name_) = {                      \
			.isr = (z_isr_t)(isr_p),                                                   \
			.arg = (const void *)(isr_param_p),                                        \
			.irq = (irq_p),                                                            \
			.priority = (priority_p),                                                  \
			.flags = (flags_p),                                                        \
		};                                                                                 \
	} while (false)

/**
 * @brief Connect a handler to an interrupt at run time.
 *
 * The interrupt must be disabled. A second call replaces the handler of the first.
 *
 * @param irq      INTID.
 * @param priority GIC priority, 0 (most urgent) to 255.
 * @param routine  Handler.
 * @param parameter The handler's argument.
 * @param flags    IRQ_TYPE_LEVEL, IRQ_TYPE_EDGE or 0 (leave the trigger as it is).
 * @return `irq`, or -EINVAL if it is not an INTID of this interrupt controller.
 */
int irq_connect_dynamic(unsigned int irq, unsigned int priority,
			void (*routine)(const void *parameter), const void *parameter,
			uint32_t flags);

/**
 * @brief Take a handler off its interrupt, and disable the interrupt.
 *
 * A handler that another CPU is in at that moment still runs to its end.
 *
 * @param irq INTID.
 * @return 0, or -EINVAL if `routine` with `parameter` is not what is connected.
 */
int irq_disconnect_dynamic(unsigned int irq, unsigned int priority,
			   void (*routine)(const void *parameter), const void *parameter,
			   uint32_t flags);

/**
 * @brief Enable an interrupt. ISR ok.
 *
 * An SGI or PPI is enabled on the calling CPU only; z_irq_enable_percpu() does it on all.
 *
 * @param irq INTID.
 */
void irq_enable(unsigned int irq);

/**
 * @brief Disable an interrupt. ISR ok.
 *
 * On return it will not be taken on the calling CPU any more, nor, for an SPI, be newly forwarded
 * to another.
 *
 * @param irq INTID.
 */
void irq_disable(unsigned int irq);

/**
 * @brief Is an interrupt enabled (for an SGI or PPI: on the calling CPU)? ISR ok.
 *
 * @param irq INTID.
 * @return Nonzero if it is.
 */
int irq_is_enabled(unsigned int irq);

/**
 * @brief Lock out interrupts on this CPU and, with several CPUs, every other irq_lock() section.
 * ISR ok.
 *
 * The lock nests. As in Zephyr it is a legacy interface: a k_spinlock per object is faster and
 * clearer.
 *
 * @return The key for irq_unlock().
 */
unsigned int irq_lock(void);

/**
 * @brief Undo the irq_lock() that returned `key`. ISR ok.
 *
 * @param key From irq_lock().
 */
void irq_unlock(unsigned int key);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_IRQ_H_ */
