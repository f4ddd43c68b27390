/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The ztest framework: suites of tests, each test in a thread of its own.
 *
 * A test binary runs all suites once and prints a line per test, then "PROJECT EXECUTION
 * SUCCESSFUL" or "... FAILED". With CONFIG_ZTEST_POWEROFF it turns the machine off then, so that an
 * emulator exits.
 */
#ifndef ZEPHYR_ZTEST_H_
#define ZEPHYR_ZTEST_H_

#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/util.h>
#include <zephyr/tc_util.h>
#include <zephyr/ztest_assert.h>
#include <zephyr/ztest_test.h>

/* There is one domain of memory here: data of tests needs no place of its own. */
#define ZTEST_DMEM
#define ZTEST_BMEM
#define ZTEST_SECTION .data

#endif /* ZEPHYR_ZTEST_H_ */
