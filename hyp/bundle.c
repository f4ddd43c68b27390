/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bundles. Files are searched from the front each time (there are a few dozen); definitions are kept in a list.
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
#include "hyp/bundle_internal.h"
#include "kernel/device.h"
#include "kernel/mem.h"
#include "lib/cpio.h"
#include "lib/fdt.h"

#define TYPES_MAX 64U
#define FDT_ALIGN 8U
#define TOO_LARGE "larger than 16 KiB"

BUILD_ASSERT(VM_NAME_MAX == 32U && TYPES_MAX == 64U && DEFINITION_MAX == 16384U, "lines in here");

#define TYPE_DIR    "vms/"
#define TYPE_SUFFIX ".dtb"

/* Where definitions come from; of one name the first counts. */
enum source {
	FROM_TREE,
	FROM_INITRD,
	FROM_BUILTIN,
};

/* Around the name of a definition of each, in messages. */
static const char before[][28] = {
	"host devicetree: /zvm/vms/",
	"vms/",
	"built in: vms/",
};
static const char behind[][5] = {"", TYPE_SUFFIX, TYPE_SUFFIX};

struct type {
	char name[VM_NAME_MAX];
	enum source from;
	const void *data;
	uint64_t size;
};

static const void *archive;
static size_t archive_size;
static bool archive_damaged;
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

static void ignore(enum source from, const char *name, size_t len, const char *why)
{
	printk("%s%.*s%s: %s: ignored\n", before[from], (int)len, name, behind[from], why);
}

/* In one archive the last file of a name counts, as if it were unpacked. NULL: it is not taken. */
static struct type *new_type(enum source from, const char *name, size_t len)
{
	struct type *t = find_type(name, len);

	if (t != NULL && t->from != from) {
		if (from == FROM_INITRD) {
			ignore(from, name, len, "the host devicetree has one of this name");
		}
		return NULL;
	}
	if (len >= VM_NAME_MAX) {
		ignore(from, name, len, "the name has more than 31 characters");
		return NULL;
	}
	if (t == NULL && type_count == TYPES_MAX) {
		ignore(from, name, len, "one definition too many, at most 64");
		return NULL;
	}
	if (t == NULL) {
		t = &types[type_count++];
		memcpy(t->name, name, len);
		t->name[len] = '\0';
		t->from = from;
	}
	return t;
}

static void keep_file(enum source from, const struct cpio_entry *e)
{
	const char *name;
	size_t len = type_name(plain(e->name), &name);
	struct type *t;

	if (len == 0U) {
		return;
	}
	if (e->size > DEFINITION_MAX) {
		ignore(from, name, len, TOO_LARGE);
		return;
	}
	t = new_type(from, name, len);
	if (t != NULL) {
		t->data = e->data;
		t->size = e->size;
	}
}

/* Where libfdt can read it, and nobody else writes. */
static void align_type(struct type *t)
{
	void *copy;

	if (is_aligned_fdt(t->data) && t->from != FROM_TREE) {
		return;
	}
	copy = hyp_alloc(t->size);
	if (copy == NULL) {
		printk("bundle: no memory for %s%s%s\n", before[t->from], t->name, behind[t->from]);
		t->size = 0U;
	} else {
		memcpy(copy, t->data, t->size);
	}
	t->data = copy;
}

static void keep_node(const void *fdt, int node)
{
	int len = 0;
	const char *name = fdt_get_name(fdt, node, &len);
	const void *tree = bundle_tree_copy(fdt, node);
	struct type *t;

	if (tree == NULL) {
		ignore(FROM_TREE, name, (size_t)len, TOO_LARGE);
		return;
	}
	t = new_type(FROM_TREE, name, (size_t)len);
	if (t != NULL) {
		t->data = tree;
		t->size = fdt_totalsize(tree);
		align_type(t);
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

static void keep_files(enum source from, const void *data, size_t size)
{
	struct cpio c;
	struct cpio_entry e;
	int rc;

	cpio_open(&c, data, size);
	while ((rc = cpio_next(&c, &e)) == 0) {
		if (cpio_is_file(&e)) {
			keep_file(from, &e);
		}
	}
	if (rc != -ENOENT) {
		archive_damaged = true;
		complain(&c, rc);
	}
}

void bundle_init(void)
{
	const void *fdt = z_device_tree();
	const void *builtin;
	hpa_t start;
	uint64_t size;

	archive_size = 0U;
	archive_damaged = false;
	type_count = 0U;
	for (int node = bundle_tree_next(fdt, -1); node >= 0; node = bundle_tree_next(fdt, node)) {
		keep_node(fdt, node);
	}
	if (mem_initrd(&start, &size) == 0) {
		archive = hpa_ptr(start);
		archive_size = size;
		keep_files(FROM_INITRD, archive, archive_size);
	}
	builtin = bundle_builtin(&size);
	if (size != 0U) {
		keep_files(FROM_BUILTIN, builtin, size);
	}
	for (unsigned int i = 0U; i < type_count; i++) {
		if (types[i].from != FROM_TREE) {
			align_type(&types[i]);
		}
	}
	if (archive_size == 0U && type_count == 0U) {
		printk("bundle: there is no initrd, so there are no VMs to make\n");
	}
}

static bool find_file(const void *data, size_t size, const char *path, struct vm_image *image)
{
	struct cpio c;
	struct cpio_entry e;
	bool found = false;

	cpio_open(&c, data, size);
	while (cpio_next(&c, &e) == 0) {
		if (cpio_is_file(&e) && strcmp(plain(e.name), plain(path)) == 0) {
			*image = (struct vm_image){.data = e.data, .size = e.size, .name = path};
			found = true;
		}
	}
	return found;
}

int bundle_file(const char *path, struct vm_image *image)
{
	uint64_t size;
	const void *builtin = bundle_builtin(&size);

	if (find_file(archive, archive_size, path, image) ||
	    find_file(builtin, size, path, image)) {
		return 0;
	}
	return archive_damaged ? -EINVAL : -ENOENT;
}

int bundle_definition(const char *name, struct vm_image *def, char *file, size_t size)
{
	const struct type *t = find_type(name, strlen(name));
	enum source from = t != NULL ? t->from : FROM_INITRD;

	(void)snprintk(file, size, "%s%s%s", before[from], name, behind[from]);
	if (t == NULL) {
		return archive_damaged ? -EINVAL : -ENOENT;
	}
	*def = (struct vm_image){.data = t->data, .size = t->size, .name = t->name};
	return 0;
}

const char *bundle_type(unsigned int n)
{
	return n < type_count ? types[n].name : NULL;
}

/* ---- images in RAM that definitions name by address: before any memory is handed out ------- */

static void reserve_images(const void *fdt, int node, mem_reserve_t reserve)
{
	static const char *const props[] = {"kernel-reg", "initrd-reg", "dtb-reg"};

	for (unsigned int i = 0U; i < ARRAY_SIZE(props); i++) {
		int len;
		const fdt32_t *p = fdt_getprop(fdt, node, props[i], &len);

		/* What is wrong with one is said when a VM is made of it. */
		if (p != NULL && len == 16) {
			reserve(fdt_cells(p, 2), fdt_cells(p + 2, 2));
		}
	}
}

static void reserve_all(const void *data, size_t size, mem_reserve_t reserve)
{
	struct cpio c;
	struct cpio_entry e;

	cpio_open(&c, data, size);
	while (cpio_next(&c, &e) == 0) {
		const char *name;
		const void *fdt = e.data;

		if (!cpio_is_file(&e) || type_name(plain(e.name), &name) == 0U ||
		    e.size > DEFINITION_MAX) {
			continue;
		}
		if (!is_aligned_fdt(fdt)) {
			fdt = memcpy(bundle_scratch, fdt, e.size);
		}
		if (fdt_verify(fdt, e.size) == NULL) {
			reserve_images(fdt, 0, reserve);
		}
	}
}

void mem_reserve_tree(const void *fdt, mem_reserve_t reserve)
{
	uint64_t size;
	const void *builtin = bundle_builtin(&size);

	for (int node = bundle_tree_next(fdt, -1); node >= 0; node = bundle_tree_next(fdt, node)) {
		reserve_images(fdt, node, reserve);
	}
	reserve_all(builtin, size, reserve);
}

void mem_reserve_initrd(const void *initrd, uint64_t size, mem_reserve_t reserve)
{
	reserve_all(initrd, size, reserve);
}
