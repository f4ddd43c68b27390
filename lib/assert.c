/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The out of line part of assertions. What happens after the line is the kernel's
 *        assert_post_action().
 */
#include <stdlib.h>

#include <zephyr/sys/__assert.h>
#include <zephyr/sys/printk.h>

void assert_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}

void z_assert_fail(const char *expr, const char *file, unsigned int line)
{
	printk("ASSERTION FAIL [%s] @ %s:%u\n", expr, file, line);
	assert_post_action(file, line);
}

void abort(void)
{
	z_assert_fail("abort", __FILE__, __LINE__);
	for (;;) {
		compiler_barrier();
	}
}
