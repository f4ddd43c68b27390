/* SPDX-License-Identifier: Apache-2.0 */
/** @file What start.S and the C of a test guest share. */
#ifndef GUEST_OFFSETS_H_
#define GUEST_OFFSETS_H_

#define CPUS_MAX   8
#define STACK_SIZE 16384
/** sizeof(struct regs) */
#define REGS_SIZE 288

#endif /* GUEST_OFFSETS_H_ */
