/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Host stand-in of the architecture's inline functions, for unit tests of the kernel's pure
 *        logic.
 *
 * Nothing happens by itself: a test sets the time and which thread and CPU it is on, and looks at
 * what was done.
 */
#ifndef ARCH_FAKE_ARCH_H_
#define ARCH_FAKE_ARCH_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/arch/thread.h>
#include <zephyr/toolchain.h>

#define ARCH_TIMER_NEVER ((uint64_t)INT64_MAX)

struct fake_arch {
	/** Interrupts are masked while this is not zero. */
	unsigned int irq_masked;
	/** How often the mask was changed. */
	unsigned int irq_locks;
	/** What arch_cycles() returns; each read adds cycles_per_read. */
	uint64_t cycles;
	uint64_t cycles_per_read;
	/** What the timer was set to last, and how often. */
	uint64_t timer;
	unsigned int timer_sets;
	/** Frequency of the counter. */
	uint64_t frequency;
	struct arch_thread *current;
	/** Turns of spin loops, and waits for an interrupt. */
	unsigned int spins;
	unsigned int waits;
	/** What another CPU does meanwhile; NULL: nothing. */
	void (*on_spin)(void);
};

extern struct fake_arch fake_arch;

/** @brief All as at power-up: interrupts open, time zero, no thread, a counter of 1 GHz. */
void fake_arch_reset(void);

static inline unsigned int arch_irq_lock(void)
{
	unsigned int key = fake_arch.irq_masked;

	fake_arch.irq_masked = 1U;
	fake_arch.irq_locks++;
	return key;
}

/** What exception handlers begin with: masked. */
#define ARCH_EXCEPTION_KEY 1U

static inline void arch_irq_unlock(unsigned int key)
{
	fake_arch.irq_masked = key;
}

static inline bool arch_irq_unlocked(unsigned int key)
{
	return key == 0U;
}

static inline void arch_irq_enable(void)
{
	fake_arch.irq_masked = 0U;
}

static inline void arch_irq_disable(void)
{
	fake_arch.irq_masked = 1U;
}

static inline struct arch_thread *arch_current_arch(void)
{
	return fake_arch.current;
}

static inline struct k_thread *arch_current(void)
{
	return (struct k_thread *)(void *)fake_arch.current;
}

static inline struct z_cpu *arch_cpu(void)
{
	return fake_arch.current->cpu;
}

static inline bool arch_is_in_isr(void)
{
	return fake_arch.current->irq_depth != 0U;
}

static inline void arch_spin_relax(void)
{
	fake_arch.spins++;
	if (fake_arch.on_spin != NULL) {
		fake_arch.on_spin();
	}
}

static inline void arch_cpu_wait(void)
{
	fake_arch.waits++;
}

static inline uint64_t arch_cycles(void)
{
	uint64_t now = fake_arch.cycles;

	fake_arch.cycles += fake_arch.cycles_per_read;
	return now;
}

static inline uint64_t arch_cycles_relaxed(void)
{
	return arch_cycles();
}

static inline void arch_timer_set(uint64_t cval)
{
	fake_arch.timer = cval;
	fake_arch.timer_sets++;
}

static inline void arch_timer_stop(void)
{
	arch_timer_set(ARCH_TIMER_NEVER);
}

static inline void arch_timer_init(void)
{
	fake_arch.timer = ARCH_TIMER_NEVER;
}

static inline uint64_t arch_timer_cntfrq(void)
{
	return fake_arch.frequency;
}

#endif /* ARCH_FAKE_ARCH_H_ */
