/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What a PrimeCell's describe() may call, as stand-ins that check what they are given.
 *
 * Before it is included, the test defines `dev`, the device, `text_fdt`, what stands for the tree, and DRIVER, the
 * driver under test. guest_dtb_clocks() returns -3, to be handed on.
 */
#ifndef TESTS_UNIT_PRIMECELL_DTB_H_
#define TESTS_UNIT_PRIMECELL_DTB_H_

int fdt_property(void *fdt, const char *name, const void *val, int len)
{
	assert_ptr_equal(fdt, text_fdt);
	assert_string_equal(name, "compatible");
	assert_string_equal(val, DRIVER.compatible);
	assert_string_equal((const char *)val + strlen(val) + 1, "arm,primecell");
	assert_int_equal(len, strlen(val) + sizeof("arm,primecell") + 1U);
	return 0;
}

int guest_dtb_irq(void *fdt, uint32_t intid, bool edge)
{
	assert_ptr_equal(fdt, text_fdt);
	assert_int_equal(intid, dev.irq);
	assert_false(edge);
	return 0;
}

int guest_dtb_clocks(void *fdt, unsigned int count, const char *names, size_t names_size)
{
	assert_ptr_equal(fdt, text_fdt);
	assert_int_equal(names[names_size - 1U], '\0');
	while (names_size > 0U) {
		names_size -= strlen(names) + 1U;
		names += strlen(names) + 1U;
		count--;
	}
	assert_int_equal(count, 0);
	return -3;
}

#endif /* TESTS_UNIT_PRIMECELL_DTB_H_ */
