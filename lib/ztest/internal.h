/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the files of ztest share.
 */
#ifndef LIB_ZTEST_INTERNAL_H_
#define LIB_ZTEST_INTERNAL_H_

/** Whose code runs. */
enum z_ztest_phase {
	Z_ZTEST_FRAMEWORK,
	Z_ZTEST_SETUP,
	Z_ZTEST_BEFORE,
	Z_ZTEST_TEST,
	Z_ZTEST_AFTER,
	Z_ZTEST_TEARDOWN,
};

enum z_ztest_phase z_ztest_phase(void);

/** The run as a whole can not succeed any more. */
void z_ztest_run_failed(void);

/** Prints the table of results. */
void z_ztest_summary(void);

/** Prints the last lines, and turns the machine off if so configured. */
void z_ztest_end_report(void);

#endif /* LIB_ZTEST_INTERNAL_H_ */
