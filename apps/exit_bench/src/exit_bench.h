/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXIT_BENCH_H_
#define EXIT_BENCH_H_

#include <stdbool.h>
#include <string.h>

/** @brief Is the VM one of those that run together? */
static inline bool together(const char *type)
{
	return strncmp(type, "with", 4) == 0;
}

/** @brief Runs those, beside a task of 1 kHz, for two seconds of virtual time. */
void run_together(void);

#endif /* EXIT_BENCH_H_ */
