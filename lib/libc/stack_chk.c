/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What code compiled with -fstack-protector needs: Debian's libfdt.a, and applications that
 *        ask for it.
 */
#include <stdint.h>

#include <zephyr/sys/__assert.h>
#include <zephyr/toolchain.h>

extern uintptr_t __stack_chk_guard;
extern FUNC_NORETURN void __stack_chk_fail(void);

/*
 * Fixed: there is no source of randomness this early. A linear overflow hits the 0 byte that ends
 * strings.
 */
__used uintptr_t __stack_chk_guard = 0x595e9fbd94fda700UL;

__used FUNC_NORETURN void __stack_chk_fail(void)
{
	z_assert_fail("stack canary intact", __FILE__, __LINE__);
	for (;;) {
		compiler_barrier();
	}
}
