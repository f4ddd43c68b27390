/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The bundle: the newc cpio archive that came as the initrd. It is read where it lies and never written.
 */
#ifndef HYP_BUNDLE_H_
#define HYP_BUNDLE_H_

#include <stddef.h>
#include <stdint.h>

#include "hyp/vmdef.h"

/** @brief Finds the initrd and looks through it once. Lines on the console if it is missing or damaged. */
void bundle_init(void);

/** @brief A file by its path. @retval 0 / -ENOENT / -EINVAL the archive is damaged before it */
int bundle_file(const char *path, struct vm_image *image);

/** @brief Name of the n-th definition (vms/NAME.dtb), in the order of the archive, or NULL: for completion and autostart. */
const char *bundle_type(unsigned int n);

#endif /* HYP_BUNDLE_H_ */
