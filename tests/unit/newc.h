/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief A writer of newc cpio archives, for tests of who reads them.
 */
#ifndef TESTS_UNIT_NEWC_H_
#define TESTS_UNIT_NEWC_H_

#include "unit.h"

static inline size_t newc_pad(uint8_t *archive, size_t at)
{
	while (at % 4 != 0) {
		archive[at++] = 0;
	}
	return at;
}

/** @brief Writes an entry at @p at. @return where the next one goes */
static inline size_t newc_append(uint8_t *archive, size_t at, const char *name, uint32_t mode,
				 const void *data, size_t len)
{
	at += (size_t)sprintf((char *)archive + at,
			      "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, mode,
			      0, 0, 1, 0, (unsigned int)len, 0, 0, 0, 0,
			      (unsigned int)strlen(name) + 1, 0);
	memcpy(archive + at, name, strlen(name) + 1);
	at = newc_pad(archive, at + strlen(name) + 1);
	memcpy(archive + at, data, len);
	return newc_pad(archive, at + len);
}

#endif /* TESTS_UNIT_NEWC_H_ */
