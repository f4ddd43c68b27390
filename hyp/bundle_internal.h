/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Between bundle.c and bundle_tree.c.
 */
#ifndef HYP_BUNDLE_INTERNAL_H_
#define HYP_BUNDLE_INTERNAL_H_

#include <stddef.h>
#include <stdint.h>

/** @brief The next definition in a devicetree behind @p node, a node below /zvm/vms, or the first if that is negative. */
int bundle_tree_next(const void *fdt, int node);

/**
 * @brief The definition as a devicetree of its own, without what a loader puts into such a node (phandle, status).
 * @return NULL: it is larger than the largest that is taken; otherwise in static memory, until the next call
 */
const void *bundle_tree_copy(const void *fdt, int node);

/** Largest definition, in bytes. */
#define DEFINITION_MAX 16384U

/** @brief Memory for a definition, at a multiple of 8: of whoever uses it last. */
extern uint64_t bundle_scratch[DEFINITION_MAX / sizeof(uint64_t)];

/** @brief The bundle that is built in. @param size of it; 0: none is */
const void *bundle_builtin(uint64_t *size);

#endif /* HYP_BUNDLE_INTERNAL_H_ */
