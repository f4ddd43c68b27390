/* SPDX-License-Identifier: Apache-2.0 */

/* Checks and their count, the end, and what every C program needs. */

#include "guest.h"

uint64_t first_count;
uint64_t devicetree;

static const char *current;
static volatile unsigned int failures;
static unsigned int passed;
static unsigned int failed;
static int vm_known = -1;

void guest_entry(uint64_t dtb, uint64_t count);

void guest_entry(uint64_t dtb, uint64_t count)
{
	devicetree = dtb;
	first_count = count;
	guest_main();
	finish();
}

void *memset(void *to, int byte, size_t size)
{
	volatile uint8_t *p = to;

	while (size-- > 0) {
		*p++ = (uint8_t)byte;
	}
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	volatile uint8_t *p = to;
	const uint8_t *q = from;

	while (size-- > 0) {
		*p++ = *q++;
	}
	return to;
}

bool str_equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* A devicetree that says "zvm," somewhere, or none at all: bare QEMU always gives one. */
bool in_vm(void)
{
	const uint8_t *p = (const uint8_t *)devicetree;
	uint32_t size;

	if (vm_known >= 0) {
		return vm_known != 0;
	}
	vm_known = 1;
	if (p != NULL) {
		size = (uint32_t)p[4] << 24 | (uint32_t)p[5] << 16 | (uint32_t)p[6] << 8 | p[7];
		vm_known = 0;
		for (uint32_t i = 0; i + 4 < size; i++) {
			if (p[i] == 'z' && p[i + 1] == 'v' && p[i + 2] == 'm' && p[i + 3] == ',') {
				vm_known = 1;
			}
		}
	}
	return vm_known != 0;
}

void test_begin(const char *name)
{
	current = name;
	failures = 0;
}

void test_end(void)
{
	if (failures == 0) {
		print("ok %s\n", current);
		passed++;
	} else {
		failed++;
	}
}

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	if (failures++ >= 20) {
		return;
	}
	print("FAIL %s: %s:%d: ", current == NULL ? "start" : current, file, line);
	va_start(args, format);
	vprint(format, args);
	va_end(args);
	print("\n");
}

void finish(void)
{
	print("guest-test: %u passed, %u failed\n", passed, failed);
	smccc(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;) {
		wfi();
	}
}
