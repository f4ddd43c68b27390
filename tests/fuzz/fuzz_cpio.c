/* SPDX-License-Identifier: Apache-2.0 */
/* Archives of any content: each entry lies in the archive, and reading goes on and ends. */
#include "fuzz.h"

#include "lib/cpio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* As long as it is, for ASan; at a multiple of 4 only, as an initrd may be. */
	uint8_t *copy = malloc(size + 4U);
	const uint8_t *archive = copy + 4U;
	struct cpio_entry e, found;
	char name[64] = "";
	struct cpio c;

	memcpy(copy + 4U, data, size);
	cpio_open(&c, archive, size);
	for (size_t before = 0U; cpio_next(&c, &e) == 0; before = c.at) {
		assert_true(c.at > before && c.at <= size);
		assert_true(e.data >= archive && e.data + e.size <= archive + size);
		snprintf(name, sizeof(name), "%s", e.name);
	}
	if (cpio_find(archive, size, name, &found) == 0) {
		assert_true(cpio_is_file(&found) && found.data + found.size <= archive + size);
	}
	free(copy);
	return 0;
}
