/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle. Files are searched from the front each time (there are a few dozen); definitions are kept in a list.
 *
 * What is good before a damage is served. libfdt wants trees at multiples of 8, newc gives multiples of 4: definitions
 * that lie wrong are copied once.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "hyp/alloc.h"
#include "hyp/bundle.h"
#include "kernel/mem.h"
#include "lib/cpio.h"
#include "lib/fdt.h"

#define TYPES_MAX 64U
#define FDT_ALIGN 8U

#define TYPE_DIR    "vms/"
#define TYPE_SUFFIX ".dtb"

/* What a definition without alignment is looked at in, before anything can be allocated. */
#define EARLY_SIZE 4096U

struct type {
	char name[VM_NAME_MAX];
	const void *data;
	uint64_t size;
};

static const void *archive;
static size_t archive_size;
static struct type types[TYPES_MAX];
static unsigned int type_count;

/* A path as it counts: without "/" and "./" in front. */
static const char *plain(const char *path)
{
	while (path[0] == '/' || (path[0] == '.' && path[1] == '/')) {
		path += path[0] == '/' ? 1 : 2;
	}
	return path;
}

/* The NAME of "vms/NAME.dtb" by its length; 0 if the path is none of those. */
static size_t type_name(const char *path, const char **name)
{
	size_t len = strlen(path);
	size_t around = sizeof(TYPE_DIR) - 1U + sizeof(TYPE_SUFFIX) - 1U;

	if (len <= around || strncmp(path, TYPE_DIR, sizeof(TYPE_DIR) - 1U) != 0 ||
	    strcmp(path + len - (sizeof(TYPE_SUFFIX) - 1U), TYPE_SUFFIX) != 0) {
		return 0U;
	}
	*name = path + sizeof(TYPE_DIR) - 1U;
	return memchr(*name, '/', len - around) == NULL ? len - around : 0U;
}

static struct type *find_type(const char *name, size_t len)
{
	for (unsigned int i = 0U; i < type_count; i++) {
		if (strncmp(types[i].name, name, len) == 0 && types[i].name[len] == '\0') {
			return &types[i];
		}
	}
	return NULL;
}

static bool is_aligned_fdt(const void *data)
{
	return (uintptr_t)data % FDT_ALIGN == 0U;
}

/* The last file of a name counts, as if the archive were unpacked. */
static void keep_type(const struct cpio_entry *e)
{
	const char *name;
	size_t len = type_name(plain(e->name), &name);
	struct type *t;

	if (len == 0U) {
		return;
	}
	if (len >= VM_NAME_MAX) {
		printk("bundle: %s: the name has more than %u characters: ignored\n", e->name,
		       VM_NAME_MAX - 1U);
		return;
	}
	t = find_type(name, len);
	if (t == NULL && type_count == TYPES_MAX) {
		printk("bundle: %s: one definition too many, at most %u: ignored\n", e->name,
		       TYPES_MAX);
		return;
	}
	if (t == NULL) {
		t = &types[type_count++];
		memcpy(t->name, name, len);
		t->name[len] = '\0';
	}
	t->data = e->data;
	t->size = e->size;
}

static void align_types(void)
{
	for (unsigned int i = 0U; i < type_count; i++) {
		struct type *t = &types[i];
		void *copy;

		if (is_aligned_fdt(t->data)) {
			continue;
		}
		copy = hyp_alloc(t->size);
		if (copy == NULL) {
			printk("bundle: no memory for " TYPE_DIR "%s" TYPE_SUFFIX "\n", t->name);
			t->size = 0U;
		} else {
			memcpy(copy, t->data, t->size);
		}
		t->data = copy;
	}
}

/* Where and why reading ended before the trailer. */
static void complain(const struct cpio *c, int rc)
{
	const uint8_t *at = c->base + c->at;
	size_t left = c->size - c->at;
	const char *what = "an entry of a newc cpio archive (070701...) is expected";

	if (left >= 2U && at[0] == 0x1fU && at[1] == 0x8bU) {
		what = "it is compressed with gzip; a newc cpio archive as it is is expected";
	} else if (rc == -ENODATA && left == 0U) {
		what = "the archive ends; an entry or the trailer is expected";
	} else if (rc == -ENODATA) {
		what = "the archive ends within this entry; it is truncated";
	} else if (rc == -ENAMETOOLONG) {
		what = "the entry's name is empty or too long; a path is expected";
	} else if (left >= 5U && memcmp(at, "07070", 5U) == 0) {
		what = "hexadecimal numbers and a name that ends in NUL are expected in this entry";
	}
	printk("bundle: offset 0x%zx: %s\n", c->at, what);
}

void bundle_init(void)
{
	struct cpio c;
	struct cpio_entry e;
	hpa_t start;
	uint64_t size;
	int rc;

	archive = NULL;
	archive_size = 0U;
	type_count = 0U;
	if (mem_initrd(&start, &size) != 0) {
		printk("bundle: there is no initrd, so there are no VMs to make\n");
		return;
	}
	archive = hpa_ptr(start);
	archive_size = size;
	cpio_open(&c, archive, archive_size);
	while ((rc = cpio_next(&c, &e)) == 0) {
		if (cpio_is_file(&e)) {
			keep_type(&e);
		}
	}
	if (rc != -ENOENT) {
		complain(&c, rc);
	}
	align_types();
}

int bundle_file(const char *path, struct vm_image *image)
{
	struct cpio c;
	struct cpio_entry e;
	const char *name;
	size_t len = type_name(plain(path), &name);
	const struct type *t = len != 0U ? find_type(name, len) : NULL;
	bool found = false;
	int rc;

	if (t != NULL) {
		*image = (struct vm_image){.data = t->data, .size = t->size, .name = path};
		return 0;
	}
	cpio_open(&c, archive, archive_size);
	while ((rc = cpio_next(&c, &e)) == 0) {
		if (cpio_is_file(&e) && strcmp(plain(e.name), plain(path)) == 0) {
			*image = (struct vm_image){.data = e.data, .size = e.size, .name = path};
			found = true;
		}
	}
	if (found) {
		return 0;
	}
	return rc == -ENOENT || archive == NULL ? -ENOENT : -EINVAL;
}

const char *bundle_type(unsigned int n)
{
	return n < type_count ? types[n].name : NULL;
}

/* ---- images in RAM that definitions name by address: before any memory is handed out ------- */

static void reserve_images(const void *fdt, void (*reserve)(uint64_t base, uint64_t size))
{
	static const char *const props[] = {"kernel-reg", "initrd-reg", "dtb-reg"};

	for (unsigned int i = 0U; i < ARRAY_SIZE(props); i++) {
		int len;
		const fdt32_t *p = fdt_getprop(fdt, 0, props[i], &len);

		/* What is wrong with one is said when a VM is made of it. */
		if (p != NULL && len == 16) {
			reserve(fdt_cells(p, 2), fdt_cells(p + 2, 2));
		}
	}
}

void mem_reserve_more(const void *initrd, uint64_t size,
		      void (*reserve)(uint64_t base, uint64_t size_))
{
	static uint8_t copy[EARLY_SIZE] __aligned(FDT_ALIGN);
	struct cpio c;
	struct cpio_entry e;

	cpio_open(&c, initrd, size);
	while (cpio_next(&c, &e) == 0) {
		const char *name;
		const void *fdt = e.data;

		if (!cpio_is_file(&e) || type_name(plain(e.name), &name) == 0U) {
			continue;
		}
		if (!is_aligned_fdt(fdt) && e.size <= sizeof(copy)) {
			fdt = memcpy(copy, fdt, e.size);
		}
		if (is_aligned_fdt(fdt) && fdt_verify(fdt, e.size) == NULL) {
			reserve_images(fdt, reserve);
		}
	}
}
