/* SPDX-License-Identifier: Apache-2.0 */
/* ChaCha20 against the RFC's example, and the generator on top of it. */
#include <libfdt.h>

#include "unit.h"

#include "arch/fake/arch.h"
#include "kernel/entropy.h"
#include "lib/chacha.h"

static uint8_t tree[1024];

static const void *tree_with(const char *property, const void *data, int size)
{
	int chosen;

	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	chosen = fdt_add_subnode(tree, 0, "chosen");
	assert_true(chosen > 0);
	assert_int_equal(fdt_setprop(tree, chosen, property, data, size), 0);
	return tree;
}

/* RFC 8439, 2.3.2 */
static void test_block(void **state)
{
	static const uint32_t nonce[] = {0x09000000U, 0x4a000000U, 0U};
	static const uint32_t expected[] = {
		0xe4e7f110U, 0x15593bd1U, 0x1fdd0f50U, 0xc47120a3U, 0xc7f4d1c7U, 0x0368c033U,
		0x9aaa2204U, 0x4e6cd4c3U, 0x466482d2U, 0x09aa9f07U, 0x05d7c214U, 0xa2028bd9U,
		0xd19c12b5U, 0xb94e16deU, 0xe883d0cbU, 0x4e3c50a2U,
	};
	uint32_t key[CHACHA_KEY_WORDS];
	uint32_t out[CHACHA_BLOCK_WORDS];

	(void)state;
	for (unsigned int i = 0; i < sizeof(key); i++) {
		((uint8_t *)key)[i] = (uint8_t)i;
	}
	chacha20_block(key, 1, nonce, out);
	assert_memory_equal(out, expected, sizeof(out));
}

static void test_no_seed(void **state)
{
	uint64_t value;
	uint8_t seed[31] = {1};

	(void)state;
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	z_entropy_find(tree);
	z_entropy_find(tree_with("rng-seed", seed, sizeof(seed)));
	z_entropy_find(tree_with("kaslr-seed", seed, 8));
	assert_false(z_entropy_seeded());
	assert_false(z_entropy_get(&value));
}

/* After test_no_seed: the seed stays. */
static void test_numbers(void **state)
{
	uint8_t seed[48];
	uint64_t seen[200];
	unsigned int ones = 0;

	(void)state;
	for (unsigned int i = 0; i < sizeof(seed); i++) {
		seed[i] = (uint8_t)(i * 7U);
	}
	z_entropy_find(tree_with("rng-seed", seed, sizeof(seed)));
	assert_true(z_entropy_seeded());
	for (unsigned int i = 0; i < 200; i++) {
		assert_true(z_entropy_get(&seen[i]));
		ones += (unsigned int)__builtin_popcountll(seen[i]);
		for (unsigned int k = 0; k < i; k++) {
			assert_true(seen[k] != seen[i]);
		}
	}
	assert_in_range(ones, 6000, 6800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_no_seed),
		cmocka_unit_test(test_numbers),
	};

	fake_arch_reset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
