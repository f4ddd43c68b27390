/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief POSIX <strings.h>: case-insensitive comparison, declared beside the other string
 *        functions.
 */
#ifndef ZVM_LIBC_STRINGS_H_
#define ZVM_LIBC_STRINGS_H_

#include <string.h>

#endif /* ZVM_LIBC_STRINGS_H_ */
