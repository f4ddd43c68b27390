/* SPDX-License-Identifier: Apache-2.0 */
/* The bundle that the image brings with it: -DZVM_BUNDLE=FILE of cmake. */
#include "hyp/bundle_internal.h"

#ifdef ZVM_BUNDLE

__asm__(".pushsection .rodata.bundle, \"a\"\n"
	".balign 8\n"
	"bundle_size: .quad 1f - bundle_start\n"
	"bundle_start: .incbin \"" ZVM_BUNDLE "\"\n"
	"1:\n"
	".popsection");

const void *bundle_builtin(uint64_t *size)
{
	extern const uint64_t bundle_size;
	extern const uint8_t bundle_start[];

	*size = bundle_size;
	return bundle_start;
}

#else

const void *bundle_builtin(uint64_t *size)
{
	*size = 0U;
	return NULL;
}

#endif
