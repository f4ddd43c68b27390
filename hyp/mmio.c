/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stddef.h>

#include "hyp/exit.h"
#include "hyp/mmio.h"

int mmio_add(struct mmio_map *map, const struct mmio_region *region, const struct mmio_region **clash)
{
	(void)map;
	(void)region;
	(void)clash;
	return 0;
}

const struct mmio_region *mmio_find(const struct mmio_map *map, ipa_t ipa)
{
	(void)map;
	(void)ipa;
	return NULL;
}

bool exit_data_abort(struct vcpu *v, uint64_t esr)
{
	(void)v;
	(void)esr;
	return false;
}
