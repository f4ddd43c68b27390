/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The map of emulated registers, and accesses to it: what arrives at a device, and in a register.
 */
#include <errno.h>

#include "unit.h"

#include "arch/arm64/sysreg.h"
#include "hyp/inject.h"
#include "hyp/mmio.h"
#include "hyp/mmio_access.h"
#include "hyp/vm.h"

/* ---- stand-ins ---- */

static struct vm vm;
static struct vcpu cpu;
static struct guest_frame frame;

static unsigned int complaints, aborts;
static uint64_t abort_far;

bool guest_complain(struct vcpu *v, const char *format, ...)
{
	(void)v;
	(void)format;
	complaints++;
	return false;
}

static unsigned int laters;

bool vgic_later(struct vcpu *v)
{
	laters += v->vgic.later;
	v->vgic.later = 0U;
	return true;
}

void inject_data_abort(struct vcpu *v, uint64_t far)
{
	(void)v;
	aborts++;
	abort_far = far;
}

void vcpu_skip_a32(struct vcpu *v)
{
	(void)v;
	fail();
}

/* Instructions stepped over. */
#define SKIPS (frame.elr / 4U)

/* A device that remembers what it was asked, and answers with a pattern. */
static struct {
	void *dev;
	uint32_t offset[2];
	unsigned int size;
	uint64_t value[2];
	unsigned int calls;
	uint64_t answer;
	unsigned int refuse_from;
} seen;

static bool note(void *dev, uint32_t offset, unsigned int size, uint64_t value)
{
	assert_true(seen.calls < 2U);
	seen.dev = dev;
	seen.offset[seen.calls] = offset;
	seen.value[seen.calls] = value;
	seen.size = size;
	return seen.calls++ < seen.refuse_from;
}

static bool dev_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size, uint64_t *value)
{
	assert_ptr_equal(v, &cpu);
	*value = seen.answer + seen.calls;
	return note(dev, offset, size, 0U);
}

static bool dev_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size, uint64_t value)
{
	assert_ptr_equal(v, &cpu);
	return note(dev, offset, size, value);
}

static const struct mmio_ops ops = {dev_read, dev_write};

static int add(uint64_t base, uint64_t size, void *dev)
{
	struct mmio_region region = {
		.base = base, .size = size, .ops = &ops, .dev = dev, .name = "dev"};
	const struct mmio_region *clash = NULL;

	return mmio_add(&vm.mmio, &region, &clash);
}

static void forget(void)
{
	memset(&seen, 0, sizeof(seen));
	seen.refuse_from = 2U;
	complaints = aborts = 0U;
	frame.elr = 0U;
}

static int setup(void **state)
{
	(void)state;
	memset(&vm, 0, sizeof(vm));
	memset(&cpu, 0, sizeof(cpu));
	memset(&frame, 0, sizeof(frame));
	cpu.vm = &vm;
	cpu.frame = &frame;
	for (unsigned int i = 0; i < 31U; i++) {
		frame.x[i] = 0x1111111111111111U * (i % 16U);
	}
	forget();
	return 0;
}

/* ---- the map ---- */

static void test_sorted_and_found(void **state)
{
	static const uint64_t bases[] = {0x9000, 0x1000, 0x5000, 0x3000, 0x7000, 0xb000, 0x2000};
	char devs[7];

	(void)state;
	assert_null(mmio_find(&vm.mmio, ipa(0)));
	for (unsigned int n = 0; n < 7U; n++) {
		assert_int_equal(add(bases[n], 0x800, &devs[n]), 0);
		for (unsigned int i = 1; i < vm.mmio.count; i++) {
			assert_true(vm.mmio.region[i - 1U].base < vm.mmio.region[i].base);
		}
		for (unsigned int i = 0; i < 7U; i++) {
			const struct mmio_region *first = mmio_find(&vm.mmio, ipa(bases[i]));

			assert_int_equal(first != NULL, i <= n);
			assert_ptr_equal(mmio_find(&vm.mmio, ipa(bases[i] + 0x7ff)), first);
			assert_null(mmio_find(&vm.mmio, ipa(bases[i] + 0x800)));
			assert_null(mmio_find(&vm.mmio, ipa(bases[i] - 1U)));
			assert_true(first == NULL || first->dev == &devs[i]);
		}
	}
	assert_null(mmio_find(&vm.mmio, ipa(0)));
	assert_null(mmio_find(&vm.mmio, ipa(UINT64_MAX)));
}

static void test_overlaps_are_named(void **state)
{
	static const struct {
		uint64_t base, size;
		int rc;
	} rows[] = {
		{0x1800, 0x1000, -EEXIST},     {0x2000, 8, -EEXIST}, {0x27f8, 0x1000, -EEXIST},
		{0, UINT32_MAX - 7U, -EEXIST}, {0x2800, 0x800, 0},   {0x1800, 0x800, 0},
		{0x2100, 0x100, -EEXIST},
	};

	(void)state;
	assert_int_equal(add(0x2000, 0x800, NULL), 0);
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mmio_region region = {
			.base = rows[i].base, .size = rows[i].size, .ops = &ops};
		const struct mmio_region *clash = NULL;

		assert_int_equal(mmio_add(&vm.mmio, &region, &clash), rows[i].rc);
		assert_int_equal(clash != NULL, rows[i].rc != 0);
		if (i < 4U) {
			assert_int_equal(clash->base, 0x2000);
		}
		/* Not everybody wants to know. */
		assert_int_equal(mmio_add(&vm.mmio, &region, NULL), -EEXIST);
	}
}

static void test_refusals(void **state)
{
	static const struct mmio_ops no_write = {.read = dev_read}, no_read = {.write = dev_write};
	struct mmio_region region = {.base = 0x100000, .size = 8, .ops = &no_write};

	(void)state;
	assert_int_equal(add(0x1000, 0, NULL), -EINVAL);
	assert_int_equal(add(UINT64_MAX - 7U, 16, NULL), -EINVAL);
	assert_int_equal(add(0x1004, 8, NULL), -EINVAL);
	assert_int_equal(add(0x1000, 12, NULL), -EINVAL);
	assert_int_equal(add(0x1000, UINT64_C(1) << 33, NULL), -EINVAL);
	assert_int_equal(mmio_add(&vm.mmio, &region, NULL), -EINVAL);
	region.ops = &no_read;
	assert_int_equal(mmio_add(&vm.mmio, &region, NULL), -EINVAL);
	for (unsigned int i = 0; i < MMIO_REGIONS_MAX; i++) {
		assert_int_equal(add(0x1000U + 8U * i, 8, NULL), 0);
	}
	assert_int_equal(add(0x8000, 8, NULL), -ENOSPC);
	assert_int_equal(add(0x1000, 8, NULL), -EEXIST);
}

/* ---- accesses with a syndrome ---- */

static uint64_t syndrome(unsigned int sas, unsigned int rt, uint64_t flags)
{
	return ESR_ISV | ((uint64_t)sas << ESR_SAS_SHIFT) | ((uint64_t)rt << ESR_SRT_SHIFT) |
	       DFSC_TRANS | flags;
}

static void test_reads_are_extended(void **state)
{
	static const struct {
		unsigned int sas;
		uint64_t flags, answer, want;
	} rows[] = {
		{0, 0, 0xffffffffffffff85, 0x85},
		{0, ESR_SF, 0xffffffffffffff85, 0x85},
		{0, ESR_SSE, 0x85, 0xffffff85},
		{0, ESR_SSE | ESR_SF, 0x85, 0xffffffffffffff85},
		{0, ESR_SSE | ESR_SF, 0x75, 0x75},
		{1, 0, 0x123456789abcdef0, 0xdef0},
		{1, ESR_SSE, 0x8000, 0xffff8000},
		{1, ESR_SSE | ESR_SF, 0x8000, 0xffffffffffff8000},
		{2, 0, 0xffffffff80000001, 0x80000001},
		{2, ESR_SF, 0x80000001, 0x80000001},
		{2, ESR_SSE | ESR_SF, 0x80000001, 0xffffffff80000001},
		{3, ESR_SF, 0x8000000000000001, 0x8000000000000001},
	};

	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		forget();
		seen.answer = rows[i].answer;
		assert_false(
			mmio_access(&cpu, syndrome(rows[i].sas, 7, rows[i].flags), 0, ipa(0x1010)));
		assert_true(frame.x[7] == rows[i].want);
		assert_int_equal(seen.size, 1U << rows[i].sas);
		assert_int_equal(seen.offset[0], 0x10);
		assert_ptr_equal(seen.dev, &seen);
		assert_int_equal(SKIPS, 1);
		assert_int_equal(aborts + complaints, 0);
		assert_int_equal(cpu.exits[EXIT_MMIO], i + 1U);
	}
}

/* A device that has done the write, and leaves something for when interrupts are open. */
static void test_write_with_more_to_do(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	forget();
	laters = 0;
	seen.refuse_from = 0U;
	cpu.vgic.later = 6;
	assert_true(mmio_access(&cpu, syndrome(2, 1, ESR_WNR), 0, ipa(0x1000)));
	assert_int_equal(laters, 6);
	assert_int_equal(SKIPS, 1);
	assert_int_equal(aborts + complaints, 0);
	assert_int_equal(cpu.vgic.later, 0);
}

static void test_writes_are_truncated(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	frame.x[30] = 0x123456789abcdef0U;
	for (unsigned int sas = 0; sas < 4U; sas++) {
		uint64_t mask = sas == 3U ? UINT64_MAX : (UINT64_C(1) << (8U << sas)) - 1U;

		forget();
		assert_false(mmio_access(&cpu, syndrome(sas, 30, ESR_WNR), 0, ipa(0x1ff8)));
		assert_true(seen.value[0] == (frame.x[30] & mask));
		assert_int_equal(seen.offset[0], 0xff8);
		assert_int_equal(SKIPS, 1);
	}
}

static void test_xzr(void **state)
{
	struct guest_frame before = frame;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	seen.answer = UINT64_MAX;
	assert_false(mmio_access(&cpu, syndrome(2, 31, 0), 0, ipa(0x1000)));
	assert_int_equal(SKIPS, 1);
	frame.elr = 0U;
	assert_memory_equal(&frame, &before, sizeof(frame));
	forget();
	seen.value[0] = 1U;
	assert_false(mmio_access(&cpu, syndrome(2, 31, ESR_WNR | ESR_AR), 0, ipa(0x1000)));
	assert_int_equal(seen.value[0], 0);
	assert_int_equal(SKIPS, 1);
}

static void test_no_answer_is_an_abort(void **state)
{
	struct guest_frame before = frame;

	(void)state;
	/* No region at all, then one that is elsewhere, an access across a boundary, and a device that says no. */
	assert_false(mmio_access(&cpu, syndrome(2, 1, 0), 0xabcd, ipa(0)));
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	assert_false(mmio_access(&cpu, syndrome(2, 1, 0), 0xabcd, ipa(0x2000)));
	assert_false(mmio_access(&cpu, syndrome(2, 1, 0), 0xabcd, ipa(0xffc)));
	assert_false(mmio_access(&cpu, syndrome(3, 1, ESR_WNR), 0xabcd, ipa(0x1004)));
	assert_false(mmio_access(&cpu, syndrome(1, 1, ESR_WNR), 0xabcd, ipa(0x1fff)));
	assert_int_equal(seen.calls, 0);
	seen.refuse_from = 0U;
	assert_false(mmio_access(&cpu, syndrome(2, 1, 0), 0xabcd, ipa(0x1000)));
	assert_false(mmio_access(&cpu, syndrome(2, 1, ESR_WNR), 0xabcd, ipa(0x1000)));
	assert_int_equal(seen.calls, 2);
	assert_int_equal(aborts, 7);
	assert_int_equal(complaints, 7);
	assert_int_equal(cpu.exits[EXIT_ABORT], 7);
	assert_int_equal(cpu.exits[EXIT_MMIO], 0);
	assert_int_equal(SKIPS, 0);
	assert_int_equal(abort_far, 0xabcd);
	assert_memory_equal(&frame, &before, sizeof(frame));
}

static void test_hint_follows(void **state)
{
	(void)state;
	assert_int_equal(add(0x1000, 0x100, NULL), 0);
	assert_int_equal(add(0x2000, 0x100, NULL), 0);
	for (unsigned int i = 0; i < 4U; i++) {
		forget();
		(void)mmio_access(&cpu, syndrome(0, 0, 0), 0, ipa(i % 2U != 0U ? 0x2000 : 0x1000));
		assert_ptr_equal(cpu.mmio_last, &vm.mmio.region[i % 2U]);
	}
	(void)mmio_access(&cpu, syndrome(0, 0, 0), 0, ipa(0x3000));
	assert_ptr_equal(cpu.mmio_last, &vm.mmio.region[1]);
}

/* ---- decoded ones ---- */

static bool insn_at(uint32_t word, uint64_t far, uint64_t at, uint64_t *base)
{
	struct mmio_insn insn;

	assert_true(mmio_decode(word, &insn));
	return mmio_access_insn(&cpu, &insn, far, ipa(at), base);
}

static void test_write_back(void **state)
{
	uint64_t base = 0xffff000000001008U;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	seen.answer = 0x1ffffffffU;
	/* ldr w3, [x5], #4 */
	assert_true(insn_at(0xb84044a3, base, 0x1008, &base));
	assert_true(base == 0xffff00000000100cU);
	assert_true(frame.x[3] == 0xffffffffU);
	assert_int_equal(seen.offset[0], 8);
	forget();
	/* str x3, [x5, #-8]! */
	base = 0x1018;
	frame.x[3] = 0x123456789abcdef0U;
	assert_true(insn_at(0xf81f8ca3, 0x1010, 0x1010, &base));
	assert_int_equal(base, 0x1010);
	assert_true(seen.value[0] == 0x123456789abcdef0U);
	forget();
	/* A tag in the address is no difference. */
	assert_true(insn_at(0xb84044a3, 0x5a00000000001010U, 0x1010, &base));
	assert_int_equal(base, 0x1014);
}

static void test_pairs(void **state)
{
	uint64_t base = 0x1000;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	seen.answer = 0x80000000U;
	/* ldpsw x5, x6, [x7], #252 */
	assert_true(insn_at(0x68df98e5, 0x1000, 0x1000, &base));
	assert_true(frame.x[5] == 0xffffffff80000000U && frame.x[6] == 0xffffffff80000001U);
	assert_int_equal(base, 0x1000 + 252);
	assert_int_equal(seen.offset[0], 0);
	assert_int_equal(seen.offset[1], 4);
	forget();
	/* stp x3, x4, [sp, #-32]! */
	base = 0x1020;
	assert_true(insn_at(0xa9be13e3, 0x1000, 0x1000, &base));
	assert_int_equal(base, 0x1000);
	assert_true(seen.value[0] == frame.x[3] && seen.value[1] == frame.x[4]);
	assert_int_equal(seen.offset[1], 8);
}

static void test_all_or_nothing(void **state)
{
	struct guest_frame before = frame;
	uint64_t base = 0x1000;

	(void)state;
	assert_int_equal(add(0x1000, 0x1000, &seen), 0);
	assert_int_equal(add(0x2000, 0x1000, &seen), 0);
	/* The second half is refused: neither register nor base changes. */
	seen.refuse_from = 1U;
	assert_false(insn_at(0x68df98e5, 0x1000, 0x1000, &base));
	assert_int_equal(seen.calls, 2);
	forget();
	/* Another address than it faulted at; the second half in the next page; unaligned; nowhere */
	assert_false(insn_at(0xb84044a3, 0x1004, 0x1004, &base));
	base = 0x1ffc;
	assert_false(insn_at(0x29400440, 0x1ffc, 0x1ffc, &base));
	base = 0x1006;
	assert_false(insn_at(0x29400440, 0x1006, 0x1006, &base));
	base = 0x3000;
	assert_false(insn_at(0x29400440, 0x3000, 0x3000, &base));
	assert_int_equal(seen.calls, 0);
	assert_int_equal(base, 0x3000);
	assert_memory_equal(&frame, &before, sizeof(frame));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sorted_and_found, setup),
		cmocka_unit_test_setup(test_overlaps_are_named, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_reads_are_extended, setup),
		cmocka_unit_test_setup(test_writes_are_truncated, setup),
		cmocka_unit_test_setup(test_write_with_more_to_do, setup),
		cmocka_unit_test_setup(test_xzr, setup),
		cmocka_unit_test_setup(test_no_answer_is_an_abort, setup),
		cmocka_unit_test_setup(test_hint_follows, setup),
		cmocka_unit_test_setup(test_write_back, setup),
		cmocka_unit_test_setup(test_pairs, setup),
		cmocka_unit_test_setup(test_all_or_nothing, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
