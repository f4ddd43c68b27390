/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Tests that provoke fatal errors and failed assertions.
 *
 * With CONFIG_ZTEST_FATAL_HOOK and CONFIG_ZTEST_ASSERT_HOOK. An error that was announced ends the
 * thread that made it, and nothing else; one that was not fails the test.
 */
#ifndef ZEPHYR_ZTEST_ERROR_HOOK_H_
#define ZEPHYR_ZTEST_ERROR_HOOK_H_

#include <stdbool.h>

#include <zephyr/fatal.h>

/** @brief Announces that the next fatal error is part of the test. It holds for one error. */
void ztest_set_fault_valid(bool valid);

/**
 * @brief Called for an announced fatal error, before the thread that made it is aborted. Weak.
 * @param reason enum k_fatal_error_reason
 * @param esf registers, or NULL
 */
void ztest_post_fatal_error_hook(unsigned int reason, const struct arch_esf *esf);

/**
 * @brief Announces that the next failed assertion is part of the test. It holds for one assertion.
 */
void ztest_set_assert_valid(bool valid);

/** @brief Called for an announced assertion; weak: aborts the current thread. */
void ztest_post_assert_fail_hook(void);

#endif /* ZEPHYR_ZTEST_ERROR_HOOK_H_ */
