/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What VMs are made of. Definitions and images come in bundles, newc cpio archives: the initrd, and one that may be built
 * into the image. They are read where they lie and never written. Definitions may also be nodes of the machine's
 * devicetree, below /zvm/vms. Of definitions of one name that of the devicetree counts, then the initrd's; of files, the
 * initrd's.
 */
#ifndef HYP_BUNDLE_H_
#define HYP_BUNDLE_H_

#include <stddef.h>
#include <stdint.h>

#include "hyp/vmdef.h"

/** @brief Looks for definitions, once. Lines on the console if there are none, or if something about them is wrong. */
void bundle_init(void);

/** @brief A file by its path. @retval 0 / -ENOENT / -EINVAL the initrd is damaged before it */
int bundle_file(const char *path, struct vm_image *image);

/**
 * @brief A definition by its name.
 * @param def  data at a multiple of 8, and size; they stay
 * @param file where it is, or was looked for, for messages: "vms/linux.dtb", "host devicetree: /zvm/vms/linux"
 * @param size of @p file, VM_FILE_MAX
 * @retval 0 / -ENOENT / -EINVAL the initrd is damaged before it
 */
int bundle_definition(const char *name, struct vm_image *def, char *file, size_t size);

/** @brief Name of the n-th definition, in the order in which they were found, or NULL: for completion and autostart. */
const char *bundle_type(unsigned int n);

#endif /* HYP_BUNDLE_H_ */
