/* SPDX-License-Identifier: Apache-2.0 */

/* Names of CPU cores. */

#ifndef ZVM_SHELL_MIDR_H_
#define ZVM_SHELL_MIDR_H_

#include <stddef.h>
#include <stdint.h>

/**
 * @brief Write a core's name and revision, "Cortex-A76 r4p1".
 *
 * @param midr Value of MIDR_EL1 (Arm ARM DDI 0487, D19.2.112).
 * @param buf Receives the name; a core that is not known by name appears by its numbers.
 * @param size Room in buf.
 * @return buf
 */
const char *midr_name(uint64_t midr, char *buf, size_t size);

#endif /* ZVM_SHELL_MIDR_H_ */
