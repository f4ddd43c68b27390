/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the virtual GIC: every offset and size of all frames, what is reserved, what reads back.
 */
#include "vgic_fixture.h"

#include "hyp/vgic_regs.h"

static void test_identity(void **state)
{
	(void)state;
	fixture_start(3, 4);
	assert_int_equal(dist_read(0x0, 4), 0x53);
	assert_int_equal(dist_read(0x4, 4), 0x00490008);
	assert_int_equal(dist_read(0x8, 4), VGIC_IIDR);
	assert_int_equal(dist_read(0xffe8, 4) >> 4 & 0xfU, 3);
	assert_int_equal(dist_read(0xfff0, 4), 0x0d);
	assert_int_equal(dist_read(0xfffc, 4), 0xb1);
	for (unsigned int v = 0; v < 3; v++) {
		assert_int_equal(redist_read(v, 0x8, 8),
				 (uint64_t)v << 32 | v << 8 | (v == 2 ? 0x10U : 0U));
		assert_int_equal(redist_read(v, 0x8, 4), v << 8 | (v == 2 ? 0x10U : 0U));
		assert_int_equal(redist_read(v, 0xc, 4), v);
		assert_int_equal(redist_read(v, 0x0, 4), 0);
		assert_int_equal(redist_read(v, 0x4, 4), VGIC_IIDR);
		assert_int_equal(redist_read(v, 0xffe8, 4), 0x3b);
		assert_int_equal(redist_read(v, 0x14, 4), 0);
	}
}

static void test_past_the_end(void **state)
{
	uint64_t value;

	(void)state;
	fixture_start(1, 4);
	/* Frames of a vCPU that is not there are no registers at all. */
	assert_false(vgic_redist_ops.read(&f.vcpu[0], NULL, 0x20000, 4, &value));
	assert_false(vgic_redist_ops.write(&f.vcpu[0], NULL, 0x20000, 4, 0));
	assert_false(vgic_redist_ops.read(&f.vcpu[0], NULL, 0xfffffffc, 4, &value));
}

/* Writes ones, zeros and noise everywhere, and reads. Nothing may crash, abort, or put the books in disorder. */
static void test_every_offset(void **state)
{
	(void)state;
	for (unsigned int size = 1; size <= 8; size *= 2) {
		fixture_start(2, 4);
		unit_random_start();
		for (uint32_t offset = 0; offset < 0x10000; offset += size) {
			dist_write(offset, size, UINT64_MAX);
			(void)dist_read(offset, size);
			dist_write(offset, size, unit_random());
			(void)dist_read(offset, size);
			maintain();
			if (offset < 0x1000 || offset % 0x100 == 0) {
				check();
			}
		}
		for (uint32_t offset = 0; offset < 0x20000; offset += size) {
			unsigned int v = (unsigned int)unit_below(2);

			redist_write(v, offset, size, UINT64_MAX);
			(void)redist_read(v, offset, size);
			redist_write(v, offset, size, unit_random());
			maintain();
			take_kicks();
			if ((offset & 0xffffU) < 0x1000U || offset % 0x100 == 0) {
				check();
			}
		}
		save(0);
		on_cpu(1);
		save(1);
		vgic_reset(&f.vm);
		check();
	}
}

static bool in_row(const struct vgic_regs *regs, uint32_t offset, unsigned int size, bool *writable)
{
	for (uint32_t i = 0; i < regs->rows; i++) {
		const struct vgic_reg *r = &regs->row[i];

		if (offset >= r->first && offset < r->first + r->bytes && (r->sizes & size) != 0U) {
			*writable = r->write != NULL;
			return true;
		}
	}
	return false;
}

/* What has no row, and accesses of other sizes, read as zero whatever was written. */
static void test_reserved(void **state)
{
	bool writable;

	(void)state;
	for (unsigned int size = 1; size <= 8; size *= 2) {
		fixture_start(1, 4);
		for (uint32_t offset = 0; offset < 0x10000; offset += size) {
			if (!in_row(&vgic_dist_regs, offset, size, &writable)) {
				dist_write(offset, size, UINT64_MAX);
				assert_int_equal(dist_read(offset, size), 0);
			}
		}
		for (uint32_t offset = 0; offset < 0x20000; offset += size) {
			if (!in_row(&vgic_redist_regs, offset, size, &writable)) {
				redist_write(0, offset, size, UINT64_MAX);
				assert_int_equal(redist_read(0, offset, size), 0);
			}
		}
		/* None of that did anything. */
		assert_int_equal(dist_read(0, 4), 0x53);
		for (uint32_t n = 0x80; n < 0xc00; n += 4) {
			assert_int_equal(dist_read(n, 4), 0);
			assert_int_equal(redist_read(0, SGI_FRAME + n, 4), 0);
		}
	}
	/* Private interrupts are not the distributor's; INTIDs past the end are nobody's. */
	fixture_start(1, 4);
	dist_write(0x100, 4, UINT32_MAX);
	dist_write(0x400, 4, UINT32_MAX);
	dist_write(0x6000, 8, UINT64_MAX);
	dist_write(0x100 + VGIC_INTIDS / 8, 4, UINT32_MAX);
	dist_write(0x400 + VGIC_INTIDS, 1, 0xff);
	dist_write(0x6000 + VGIC_INTIDS * 8, 8, UINT64_MAX);
	assert_int_equal(dist_read(0x100, 4) | dist_read(0x400, 4) | dist_read(0x6000, 8), 0);
	assert_int_equal(dist_read(0x100 + VGIC_INTIDS / 8, 4) | dist_read(0x400 + VGIC_INTIDS, 1),
			 0);
	assert_int_equal(dist_read(0x6000 + VGIC_INTIDS * 8, 8), 0);
}

/* The table is in order, and the index finds each of its registers. */
static void test_table(void **state)
{
	const struct vgic_regs *tables[] = {&vgic_dist_regs, &vgic_redist_regs};

	(void)state;
	fixture_start(1, 4);
	for (unsigned int t = 0; t < 2; t++) {
		const struct vgic_regs *regs = tables[t];

		assert_true(regs->rows < 255U);
		for (uint32_t i = 0; i < regs->rows; i++) {
			const struct vgic_reg *r = &regs->row[i];

			uint32_t width = 1U << r->shift;

			assert_true(width == 4U || width == 8U);
			assert_int_equal(r->first % width, 0);
			assert_int_equal(r->bytes % width, 0);
			assert_true(r->first + r->bytes <= regs->bytes);
			for (uint32_t at = 0; at < r->bytes; at++) {
				assert_int_equal(regs->index[VGIC_INDEX(r->first + at)], i);
			}
			if (i != 0U) {
				assert_true(regs->row[i - 1U].first + regs->row[i - 1U].bytes <=
					    r->first);
			}
			/* No register of 32 bits takes 64. */
			assert_true(width == 8U || (r->sizes & VGIC_64) == 0U);
		}
	}
}

static void test_read_back(void **state)
{
	(void)state;
	fixture_start(2, 4);
	for (uint32_t n = 4; n < VGIC_INTIDS / 8; n += 4) {
		dist_write(0x80 + n, 4, 0xa5a50000U | n);
		dist_write(0xd00 + n, 4, 0x5a5a0000U | n);
		dist_write(0x100 + n, 4, 0x00ff0000U | n);
		assert_int_equal(dist_read(0x80 + n, 4), 0xa5a50000U | n);
		assert_int_equal(dist_read(0xd00 + n, 4), 0x5a5a0000U | n);
		assert_int_equal(dist_read(0x100 + n, 4), 0x00ff0000U | n);
		assert_int_equal(dist_read(0x180 + n, 4), 0x00ff0000U | n);
		dist_write(0x180 + n, 4, UINT32_MAX);
		assert_int_equal(dist_read(0x100 + n, 4), 0);
	}
	/* Priorities by bytes and by words. */
	for (uint32_t i = 32; i < VGIC_INTIDS; i++) {
		dist_write(0x400 + i, 1, i);
		assert_int_equal(dist_read(0x400 + i, 1), i & 0xf8U);
	}
	assert_int_equal(dist_read(0x440, 4), 0x40404040);
	assert_int_equal(dist_read(0x444, 4), 0x40404040);
	dist_write(0x444, 4, 0xfff81807U);
	assert_int_equal(dist_read(0x444, 4), 0xf8f81800U);
	assert_int_equal(dist_read(0x446, 1), 0xf8);
	redist_write(1, SGI_FRAME + 0x400 + 27, 1, 0xa0);
	assert_int_equal(redist_read(1, SGI_FRAME + 0x418, 4), 0xa0000000U);
	assert_int_equal(redist_read(0, SGI_FRAME + 0x418, 4), 0);
	/* Triggers: the lower bit of each field is reserved; SGIs are edges. */
	dist_write(0xc08, 4, UINT32_MAX);
	assert_int_equal(dist_read(0xc08, 4), 0xaaaaaaaaU);
	dist_write(0xc0c, 4, 0x80000002U);
	assert_int_equal(dist_read(0xc0c, 4), 0x80000002U);
	assert_int_equal(dist_read(0xc08, 4), 0xaaaaaaaaU);
	redist_write(0, SGI_FRAME + 0xc00, 4, 0);
	assert_int_equal(redist_read(0, SGI_FRAME + 0xc00, 4), 0xaaaaaaaaU);
	redist_write(0, SGI_FRAME + 0xc04, 4, 0x00800000U);
	assert_int_equal(redist_read(0, SGI_FRAME + 0xc04, 4), 0x00800000U);
	/* Routes: affinity fields and the mode, by 64 or 32 bits. */
	dist_write(0x6000 + 8 * 100, 8, UINT64_MAX);
	assert_int_equal(dist_read(0x6000 + 8 * 100, 8), 0xff80ffffffULL);
	dist_write(0x6000 + 8 * 100, 4, 0x00010203);
	assert_int_equal(dist_read(0x6000 + 8 * 100, 8), 0xff00010203ULL);
	dist_write(0x6004 + 8 * 100, 4, 0xffffff00);
	assert_int_equal(dist_read(0x6000 + 8 * 100, 8), 0x00010203ULL);
	assert_int_equal(dist_read(0x6004 + 8 * 100, 4), 0);
}

static void test_messages(void **state)
{
	(void)state;
	fixture_start(1, 4);
	setup_irq(0, 80, 0x80, true);
	setup_irq(0, 81, 0x80, false);
	dist_write(0x40, 4, 80);
	assert_int_equal(take(), 80);
	dist_write(0x50, 2, 81);
	assert_int_equal(dist_read(0x208, 4), 1U << 17);
	dist_write(0x48, 2, 81);
	assert_int_equal(take(), SPURIOUS);
	/* INTIDs that are none of its. */
	dist_write(0x40, 4, 5);
	dist_write(0x40, 4, VGIC_INTIDS);
	dist_write(0x48, 4, 1023);
	check();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),     cmocka_unit_test(test_past_the_end),
		cmocka_unit_test(test_every_offset), cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_table),        cmocka_unit_test(test_read_back),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
