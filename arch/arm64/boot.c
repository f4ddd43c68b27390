/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start-up in C: first with the MMU off (boot_prepare), then with it on (boot_main). docs/boot.md.
 */
#include <stddef.h>

#include <libfdt.h>

#include <zephyr/sys/util.h>
#include "arch/arm64/boot.h"
#include "arch/arm64/image.h"
#include "arch/arm64/mmu.h"
#include "arch/arm64/sysreg.h"
#include "kernel/arch_api.h"
#include "lib/fdt.h"

#define IN_DATA __attribute__((section(".data.early")))

/* Header of a flattened devicetree, big endian (Devicetree Specification 0.4, 5.2). */
#define FDT_WORD_SIZE  4U
#define FDT_HEADER_LEN 40U
/* Linux boot protocol: no larger, and 8-byte aligned. */
#define FDT_MAX   0x200000U
#define FDT_ALIGN 8U

/* PrimeCell identification of a PL011 (DDI 0183, 3.3.16-23): one byte in each of eight words. */
#define PL011_ID_OFFSET UINT64_C(0xfe0)

enum fdt_state {
	FDT_GOOD,
	FDT_ABSENT,
	FDT_BAD,
	FDT_TOO_LARGE,
};

/* Written before .bss is cleared. */
static IN_DATA uint64_t fdt_addr;
static IN_DATA uint32_t fdt_size;
static IN_DATA enum fdt_state fdt_state;

static struct boot_info info;
char boot_message[160] IN_DATA;

extern const char fallback_fdt[], fallback_fdt_end[];

static const char *const problems[] = {
	[BOOT_ENTERED_AT_EL1] =
		"started at EL1, but ZVM needs EL2: with QEMU add virtualization=on to -M virt, "
		"with a boot loader start ZVM before it drops to EL1",
	[BOOT_ENTERED_AT_EL3] =
		"started at EL3, but ZVM needs EL2 and PSCI below it: start it from "
		"firmware (TF-A), with QEMU use -kernel without secure=on",
	[BOOT_NO_VHE] =
		"this CPU has no VHE (ARMv8.1), which ZVM needs: use a Cortex-A55, A76, Neoverse N1 or "
		"newer, with QEMU -cpu max",
	[BOOT_NO_LSE] =
		"this CPU has no atomic instructions (ARMv8.1 LSE), which ZVM needs: use a Cortex-A55, A76, "
		"Neoverse N1 or newer, with QEMU -cpu max",
};

static const char *const fdt_problems[] = {
	[FDT_ABSENT] =
		"no devicetree: a loader must pass its address in x0 (Linux arm64 boot protocol)",
	[FDT_BAD] =
		"x0 points to something that is not a devicetree (no magic d00dfeed, or not 8-byte aligned)",
	[FDT_TOO_LARGE] =
		"the devicetree says that it is larger than 2 MiB, or smaller than its header",
};

static enum fdt_state fdt_check_at(uint64_t addr)
{
	uint32_t magic, size;

	if ((addr & (FDT_ALIGN - 1U)) != 0U || !boot_probe32(addr, &magic) ||
	    __builtin_bswap32(magic) != FDT_MAGIC || !boot_probe32(addr + FDT_WORD_SIZE, &size)) {
		return FDT_BAD;
	}
	size = __builtin_bswap32(size);
	if (size < FDT_HEADER_LEN || size > FDT_MAX) {
		return FDT_TOO_LARGE;
	}
	fdt_addr = addr;
	fdt_size = size;
	return FDT_GOOD;
}

/*
 * By the boot protocol in x0. Loaders that know only ELF give nothing there; QEMU then leaves the
 * devicetree at the start of RAM, which is 2 MiB below where such an image is linked to be.
 */
static void fdt_find(uint64_t x0)
{
	uint64_t below = (uintptr_t)z_image_start - IMAGE_ALIGN;

	fdt_state = x0 == 0U ? FDT_ABSENT : fdt_check_at(x0);
	if (fdt_state != FDT_GOOD && (uintptr_t)z_image_start >= IMAGE_ALIGN) {
		if (fdt_check_at(below) == FDT_GOOD) {
			fdt_state = FDT_GOOD;
		}
	}
}

static void say(const char *text)
{
	size_t i;

	for (i = 0U; i < sizeof(boot_message) - 1U && text[i] != '\0'; i++) {
		boot_message[i] = text[i];
	}
	boot_message[i] = '\0';
}

void boot_prepare(uint64_t x0)
{
	fdt_find(x0);
	if (mmu_early_image() != 0) {
		say("the image could not be mapped");
		boot_park();
	}
	if (fdt_state == FDT_GOOD && mmu_early_fdt(fdt_addr, fdt_size) != 0) {
		fdt_state = FDT_BAD;
	}
	mmu_early_done();
}

/* Does the UART of the fallback devicetree exist? */
static bool fallback_uart_answers(void)
{
	/* Revision in the upper half of the third, configuration in the fourth. */
	static const uint8_t mask[] = {0xff, 0xff, 0x0f, 0, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t want[] = {0x11, 0x10, 0x04, 0, 0x0d, 0xf0, 0x05, 0xb1};
	int node = fdt_node_offset_by_compatible(fallback_fdt, -1, "arm,pl011");
	const fdt64_t *reg = fdt_getprop(fallback_fdt, node, "reg", NULL);
	uint64_t base;

	if (reg == NULL) {
		return false;
	}
	base = fdt64_to_cpu(*reg);
	if (arch_mmio_map(base, PAGE_SIZE) != 0) {
		return false;
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(want); i++) {
		uint32_t value;

		if (!boot_probe32(base + PL011_ID_OFFSET + (uint64_t)i * 4U, &value) ||
		    (value & mask[i]) != want[i]) {
			return false;
		}
	}
	return true;
}

void boot_main(uint64_t entry_el, uint64_t problem, uint64_t cycles)
{
	mmu_live();
	info.image_start = (uintptr_t)z_image_start;
	info.image_end = (uintptr_t)z_image_start + z_image_size;
	info.entry_el = (unsigned int)entry_el;
	info.entry_cycles = cycles;
	info.error = fdt_problems[fdt_state];
	if (fdt_state == FDT_GOOD) {
		info.fdt = (const void *)(uintptr_t)fdt_addr;
		info.fdt_size = fdt_size;
		info.error = fdt_verify(info.fdt, info.fdt_size);
	}
	if (info.error != NULL) {
		info.fdt = NULL;
	}
	if (info.error != NULL && fallback_uart_answers()) {
		info.fdt = fallback_fdt;
		info.fdt_size = (size_t)(fallback_fdt_end - fallback_fdt);
	}
	if (problem != BOOT_OK) {
		info.error = problems[problem];
	}
	if (info.error != NULL) {
		say(info.error);
	}
	kernel_start(&info);
}

void boot_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
	static const char text[] =
		"exception during start-up, ESR ................ ELR ................ FAR ................";
	uint64_t values[] = {esr, elr, far};
	char *at = boot_message;

	say(text);
	for (unsigned int i = 0U; i < ARRAY_SIZE(values); i++) {
		while (*at != '.') {
			at++;
		}
		for (int shift = 60; shift >= 0; shift -= 4) {
			*at++ = "0123456789abcdef"[(values[i] >> shift) & 0xfU];
		}
	}
	boot_park();
}
