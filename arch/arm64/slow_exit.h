/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZVM_ARCH_ARM64_SLOW_EXIT_H_
#define ZVM_ARCH_ARM64_SLOW_EXIT_H_

/**
 * @brief A hypercall that is too slow, by -DZVM_SLOW_EXIT=<instructions>; nothing without it.
 *
 * For the test of the benchmarks (tests/qemu/test_bench_harness.py): a slower exit must be seen, by as much.
 */
static inline void slow_exit(void)
{
#ifdef ZVM_SLOW_EXIT
	__asm__ volatile(".rept %c0\n\tnop\n\t.endr" : : "i"(ZVM_SLOW_EXIT));
#endif
}

#endif /* ZVM_ARCH_ARM64_SLOW_EXIT_H_ */
