/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fatal errors and failed assertions in tests: those that a test announced, and the others.
 *
 * An announced error ends the thread that made it. Another one fails the test and ends its threads;
 * if it happened where no test can be ended (in an interrupt handler, or outside of tests), the run
 * ends.
 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>
#include <zephyr/ztest_error_hook.h>

#include "lib/ztest/internal.h"

#ifdef CONFIG_ZTEST_FATAL_HOOK

static volatile bool fault_valid;

void ztest_set_fault_valid(bool valid)
{
	fault_valid = valid;
}

__weak void ztest_post_fatal_error_hook(unsigned int reason, const struct arch_esf *esf)
{
	ARG_UNUSED(reason);
	ARG_UNUSED(esf);
}

static bool test_runs(void)
{
	return z_ztest_phase() == Z_ZTEST_BEFORE || z_ztest_phase() == Z_ZTEST_TEST;
}

/* With interrupts masked the kernel lock may be held: nothing can be asked of the kernel then. */
static bool was_masked(const struct arch_esf *esf)
{
	unsigned int mask;

	if (esf != NULL) {
		return !arch_irq_unlocked((unsigned int)esf->spsr);
	}
	mask = arch_irq_lock();
	arch_irq_unlock(mask);
	return !arch_irq_unlocked(mask);
}

void k_sys_fatal_error_handler(unsigned int reason, const struct arch_esf *esf)
{
	if (fault_valid) {
		fault_valid = false;
		PRINT_DATA("Fatal error expected as part of test case.\n");
		ztest_post_fatal_error_hook(reason, esf);
		return;
	}
	PRINT_DATA("Fatal error was unexpected, aborting...\n");
	if (test_runs() && !k_is_in_isr() && !was_masked(esf)) {
		ztest_test_fail();
	}
	z_ztest_run_failed();
	z_ztest_end_report();
	k_fatal_halt(reason);
}

#endif /* CONFIG_ZTEST_FATAL_HOOK */

#ifdef CONFIG_ZTEST_ASSERT_HOOK

static volatile bool assert_valid;

void ztest_set_assert_valid(bool valid)
{
	assert_valid = valid;
}

__weak void ztest_post_assert_fail_hook(void)
{
	k_thread_abort(k_current_get());
}

void assert_post_action(const char *file, unsigned int line)
{
	if (assert_valid) {
		assert_valid = false;
		PRINT_DATA("Assert error expected as part of test case.\n");
		ztest_post_assert_fail_hook();
		return;
	}
	PRINT_DATA("Assert failed was unexpected at %s:%u, aborting...\n", file, line);
	k_panic();
}

#endif /* CONFIG_ZTEST_ASSERT_HOOK */
