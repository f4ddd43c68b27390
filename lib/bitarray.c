/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Array of bits with a lock; see <zephyr/sys/bitarray.h>.
 *
 * A region is handled word by word, each with the mask of its bits that belong to the region.
 */
#include <errno.h>

#include <zephyr/sys/bitarray.h>

#define BITS 32U

static bool is_region(const sys_bitarray_t *b, size_t num_bits, size_t offset)
{
	return num_bits != 0U && num_bits <= b->num_bits && offset <= b->num_bits - num_bits;
}

/* The bits of word `word` that are in [offset, offset + num_bits). */
static uint32_t mask_of(size_t word, size_t num_bits, size_t offset)
{
	size_t first = word * BITS;
	size_t from = MAX(offset, first) - first;
	size_t to = MIN(offset + num_bits, first + BITS) - first;

	return (uint32_t)(BIT64_MASK(to) & ~BIT64_MASK(from));
}

#define FOR_EACH_WORD(word, num_bits, offset)                                                      \
	for (size_t word = (offset) / BITS; word <= ((offset) + (num_bits) - 1U) / BITS; word++)

static bool is_all(const sys_bitarray_t *b, size_t num_bits, size_t offset, bool set)
{
	FOR_EACH_WORD(word, num_bits, offset)
	{
		uint32_t mask = mask_of(word, num_bits, offset);

		if ((b->bundles[word] & mask) != (set ? mask : 0U)) {
			return false;
		}
	}
	return true;
}

static void make_all(sys_bitarray_t *b, size_t num_bits, size_t offset, bool set)
{
	FOR_EACH_WORD(word, num_bits, offset)
	{
		uint32_t mask = mask_of(word, num_bits, offset);

		if (set) {
			b->bundles[word] |= mask;
		} else {
			b->bundles[word] &= ~mask;
		}
	}
}

/* Read a bit, and give it a value unless that is negative. */
static int exchange(sys_bitarray_t *b, size_t bit, int *prev, int value)
{
	k_spinlock_key_t key;
	uint32_t mask = 1U << (bit % BITS);

	if (bit >= b->num_bits || prev == NULL) {
		return -EINVAL;
	}
	key = k_spin_lock(&b->lock);
	*prev = (b->bundles[bit / BITS] & mask) != 0U ? 1 : 0;
	if (value >= 0) {
		make_all(b, 1U, bit, value != 0);
	}
	k_spin_unlock(&b->lock, key);
	return 0;
}

int sys_bitarray_set_bit(sys_bitarray_t *bitarray, size_t bit)
{
	int prev;

	return exchange(bitarray, bit, &prev, 1);
}

int sys_bitarray_clear_bit(sys_bitarray_t *bitarray, size_t bit)
{
	int prev;

	return exchange(bitarray, bit, &prev, 0);
}

int sys_bitarray_test_bit(sys_bitarray_t *bitarray, size_t bit, int *val)
{
	return exchange(bitarray, bit, val, -1);
}

int sys_bitarray_test_and_set_bit(sys_bitarray_t *bitarray, size_t bit, int *prev_val)
{
	return exchange(bitarray, bit, prev_val, 1);
}

int sys_bitarray_test_and_clear_bit(sys_bitarray_t *bitarray, size_t bit, int *prev_val)
{
	return exchange(bitarray, bit, prev_val, 0);
}

int sys_bitarray_alloc(sys_bitarray_t *bitarray, size_t num_bits, size_t *offset)
{
	k_spinlock_key_t key;
	size_t run = 0;
	int ret = -ENOSPC;

	if (!is_region(bitarray, num_bits, 0) || offset == NULL) {
		return -EINVAL;
	}
	key = k_spin_lock(&bitarray->lock);
	for (size_t bit = 0; bit < bitarray->num_bits; bit++) {
		run = (bitarray->bundles[bit / BITS] >> (bit % BITS)) & 1U ? 0U : run + 1U;
		if (run == num_bits) {
			*offset = bit + 1U - num_bits;
			make_all(bitarray, num_bits, *offset, true);
			ret = 0;
			break;
		}
	}
	k_spin_unlock(&bitarray->lock, key);
	return ret;
}

int sys_bitarray_free(sys_bitarray_t *bitarray, size_t num_bits, size_t offset)
{
	int ret = sys_bitarray_test_and_set_region(bitarray, num_bits, offset, false);

	return ret == -EEXIST ? -EFAULT : ret;
}

int sys_bitarray_xor(sys_bitarray_t *dst, sys_bitarray_t *other, size_t num_bits, size_t offset)
{
	sys_bitarray_t *first = dst < other ? dst : other;
	sys_bitarray_t *second = dst < other ? other : dst;
	k_spinlock_key_t key;
	k_spinlock_key_t inner;

	if (dst->num_bits != other->num_bits || !is_region(dst, num_bits, offset)) {
		return -EINVAL;
	}
	if (dst == other) {
		return sys_bitarray_clear_region(dst, num_bits, offset);
	}
	/* Two at a time may cross each other: the one at the lower address comes first. */
	key = k_spin_lock(&first->lock);
	inner = k_spin_lock(&second->lock);
	FOR_EACH_WORD(word, num_bits, offset)
	{
		dst->bundles[word] ^= other->bundles[word] & mask_of(word, num_bits, offset);
	}
	k_spin_unlock(&second->lock, inner);
	k_spin_unlock(&first->lock, key);
	return 0;
}

int sys_bitarray_find_nth_set(sys_bitarray_t *bitarray, size_t n, size_t num_bits, size_t offset,
			      size_t *found_at)
{
	k_spinlock_key_t key;
	int ret = 1;

	if (!is_region(bitarray, num_bits, offset) || n == 0U || n > num_bits || found_at == NULL) {
		return -EINVAL;
	}
	key = k_spin_lock(&bitarray->lock);
	for (size_t bit = offset; bit < offset + num_bits; bit++) {
		n -= (bitarray->bundles[bit / BITS] >> (bit % BITS)) & 1U;
		if (n == 0U) {
			*found_at = bit;
			ret = 0;
			break;
		}
	}
	k_spin_unlock(&bitarray->lock, key);
	return ret;
}

int sys_bitarray_popcount_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset,
				 size_t *count)
{
	k_spinlock_key_t key;

	if (!is_region(bitarray, num_bits, offset) || count == NULL) {
		return -EINVAL;
	}
	key = k_spin_lock(&bitarray->lock);
	*count = 0;
	FOR_EACH_WORD(word, num_bits, offset)
	{
		uint32_t mask = mask_of(word, num_bits, offset);

		/* Without SIMD registers a loop is what there is. */
		for (uint32_t v = bitarray->bundles[word] & mask; v != 0U; v &= v - 1U) {
			(*count)++;
		}
	}
	k_spin_unlock(&bitarray->lock, key);
	return 0;
}

static bool region_is(sys_bitarray_t *b, size_t num_bits, size_t offset, bool set)
{
	k_spinlock_key_t key;
	bool all;

	if (!is_region(b, num_bits, offset)) {
		return false;
	}
	key = k_spin_lock(&b->lock);
	all = is_all(b, num_bits, offset, set);
	k_spin_unlock(&b->lock, key);
	return all;
}

bool sys_bitarray_is_region_set(sys_bitarray_t *bitarray, size_t num_bits, size_t offset)
{
	return region_is(bitarray, num_bits, offset, true);
}

bool sys_bitarray_is_region_cleared(sys_bitarray_t *bitarray, size_t num_bits, size_t offset)
{
	return region_is(bitarray, num_bits, offset, false);
}

static int make_region(sys_bitarray_t *b, size_t num_bits, size_t offset, bool set)
{
	k_spinlock_key_t key;

	if (!is_region(b, num_bits, offset)) {
		return -EINVAL;
	}
	key = k_spin_lock(&b->lock);
	make_all(b, num_bits, offset, set);
	k_spin_unlock(&b->lock, key);
	return 0;
}

int sys_bitarray_set_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset)
{
	return make_region(bitarray, num_bits, offset, true);
}

int sys_bitarray_clear_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset)
{
	return make_region(bitarray, num_bits, offset, false);
}

int sys_bitarray_test_and_set_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset,
				     bool to_set)
{
	k_spinlock_key_t key;
	int ret = -EEXIST;

	if (!is_region(bitarray, num_bits, offset)) {
		return -EINVAL;
	}
	key = k_spin_lock(&bitarray->lock);
	if (is_all(bitarray, num_bits, offset, !to_set)) {
		make_all(bitarray, num_bits, offset, to_set);
		ret = 0;
	}
	k_spin_unlock(&bitarray->lock, key);
	return ret;
}
