/* SPDX-License-Identifier: Apache-2.0 */

#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>
#include "shell/midr.h"

/* Fields of MIDR_EL1, Arm ARM DDI 0487, D19.2.112. */
#define MIDR_REVISION GENMASK(3, 0)
#define MIDR_PART     GENMASK(15, 4)
#define MIDR_VARIANT  GENMASK(23, 20)
#define MIDR_IMPL     GENMASK(31, 24)

struct core {
	uint8_t implementer;
	uint16_t part;
	const char *name;
};

/* Cores with VHE that boards in use have; parts from their technical reference manuals. */
static const struct core cores[] = {
	{0x00, 0x051, "QEMU max"},     {0x41, 0xd05, "Cortex-A55"},   {0x41, 0xd06, "Cortex-A65"},
	{0x41, 0xd0a, "Cortex-A75"},   {0x41, 0xd0b, "Cortex-A76"},   {0x41, 0xd0c, "Neoverse-N1"},
	{0x41, 0xd0d, "Cortex-A77"},   {0x41, 0xd0e, "Cortex-A76AE"}, {0x41, 0xd40, "Neoverse-V1"},
	{0x41, 0xd41, "Cortex-A78"},   {0x41, 0xd42, "Cortex-A78AE"}, {0x41, 0xd43, "Cortex-A65AE"},
	{0x41, 0xd44, "Cortex-X1"},    {0x41, 0xd46, "Cortex-A510"},  {0x41, 0xd47, "Cortex-A710"},
	{0x41, 0xd48, "Cortex-X2"},    {0x41, 0xd49, "Neoverse-N2"},  {0x41, 0xd4a, "Neoverse-E1"},
	{0x41, 0xd4b, "Cortex-A78C"},  {0x41, 0xd4d, "Cortex-A715"},  {0x41, 0xd4e, "Cortex-X3"},
	{0x41, 0xd4f, "Neoverse-V2"},  {0x41, 0xd80, "Cortex-A520"},  {0x41, 0xd81, "Cortex-A720"},
	{0x41, 0xd03, "Cortex-A53"},   {0x41, 0xd04, "Cortex-A35"},   {0x41, 0xd07, "Cortex-A57"},
	{0x41, 0xd08, "Cortex-A72"},   {0x41, 0xd09, "Cortex-A73"},   {0x46, 0x001, "A64FX"},
	{0x48, 0xd01, "TaiShan v110"}, {0xc0, 0xac3, "Ampere-1"},
};

const char *midr_name(uint64_t midr, char *buf, size_t size)
{
	unsigned int implementer = (unsigned int)FIELD_GET(MIDR_IMPL, midr);
	unsigned int part = (unsigned int)FIELD_GET(MIDR_PART, midr);
	unsigned int variant = (unsigned int)FIELD_GET(MIDR_VARIANT, midr);
	unsigned int revision = (unsigned int)FIELD_GET(MIDR_REVISION, midr);

	for (size_t i = 0; i < ARRAY_SIZE(cores); i++) {
		if (cores[i].implementer == implementer && cores[i].part == part) {
			(void)snprintk(buf, size, "%s r%up%u", cores[i].name, variant, revision);
			return buf;
		}
	}
	(void)snprintk(buf, size, "core %02x:%03x r%up%u", implementer, part, variant, revision);
	return buf;
}
