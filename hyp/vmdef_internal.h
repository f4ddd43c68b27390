/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Between the files that read VM definitions: vmdef.c (the VM) and vmdef_devices.c (its devices).
 */
#ifndef HYP_VMDEF_INTERNAL_H_
#define HYP_VMDEF_INTERNAL_H_

#include <stdint.h>

#include <zephyr/toolchain.h>

#include "hyp/vmdef.h"

/** A definition that is being read. */
struct vmdef_reader {
	const void *fdt;
	struct vm_config *config;
	struct vm_error *error;
};

/** @brief The line "FILE: NODE: PROPERTY: ...". @return -EINVAL */
int __printf_like(4, 5) vmdef_bad(const struct vmdef_reader *r, int node, const char *prop,
				  const char *format, ...);

/** @brief A property of one cell, which must be there. @retval 0 / -EINVAL with a line */
int vmdef_u32(const struct vmdef_reader *r, int node, const char *prop, uint32_t *value);

/** @brief A property that is one string, which must be there. @retval 0 / -EINVAL with a line */
int vmdef_string(const struct vmdef_reader *r, int node, const char *prop, const char **value);

/** @brief Address and size, two cells each; not empty, does not wrap. @retval 0 / -EINVAL with a line */
int vmdef_range(const struct vmdef_reader *r, int node, const char *prop, uint64_t *base,
		uint64_t *size);

#define VMDEF_SPI_FIRST 32U
/** The virtual GIC has at least these. */
#define VMDEF_SPI_LAST 287U

/** @brief A property of one cell that is the INTID of an SPI. @retval 0 / -EINVAL with a line */
int vmdef_spi(const struct vmdef_reader *r, int node, const char *prop, uint32_t *intid);

/** @brief A device of the host's, d->node has `passthrough`: found and checked. @retval 0 / -EINVAL with a line */
int vmdef_read_passthrough(const struct vmdef_reader *r, struct vm_device_def *d);

/** @brief `smc-allow` of the root. @retval 0 / -EINVAL with a line */
int vmdef_read_smc(struct vmdef_reader *r, const char *prop);

/** @brief Bits of a guest's addresses. */
unsigned int vmdef_ipa_bits(void);

/** @brief The nodes below the root: /devices and its children, checked against each other and the rest. */
int vmdef_read_devices(const struct vmdef_reader *r);

/** @brief The same checks again, after the memory's size has changed. */
int vmdef_check_devices(const struct vmdef_reader *r);

#endif /* HYP_VMDEF_INTERNAL_H_ */
