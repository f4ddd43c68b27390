/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "hyp/stage2.h"

int stage2_host_init(void)
{
	return 0;
}

uint64_t stage2_vtcr(void)
{
	return 0U;
}

unsigned int stage2_ipa_bits(void)
{
	return 40U;
}

int stage2_init(struct stage2 *s2)
{
	(void)s2;
	return 0;
}

void stage2_destroy(struct stage2 *s2)
{
	(void)s2;
}

int stage2_map(struct stage2 *s2, ipa_t ipa, hpa_t hpa, uint64_t size, unsigned int prot)
{
	(void)s2;
	(void)ipa;
	(void)hpa;
	(void)size;
	(void)prot;
	return 0;
}

int stage2_unmap(struct stage2 *s2, ipa_t ipa, uint64_t size)
{
	(void)s2;
	(void)ipa;
	(void)size;
	return 0;
}

int stage2_lookup(struct stage2 *s2, ipa_t ipa, uint64_t size, hpa_t *hpa)
{
	(void)s2;
	(void)ipa;
	(void)size;
	(void)hpa;
	return -EFAULT;
}
