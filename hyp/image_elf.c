/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF64 (System V ABI, gABI chapters 4 and 5; Arm, ELF for AArch64): each PT_LOAD segment goes to its physical address.
 * Numbers in the file are bounded before they are used; headers are copied, because the file may lie at any address.
 */
#include <string.h>

#include <zephyr/sys/util.h>

#include "hyp/image.h"
#include "lib/addr.h"

#define CLASS_64  2U
#define DATA_LSB  1U
#define TYPE_EXEC 2U
#define TYPE_DYN  3U
#define AARCH64   183U
#define PT_LOAD   1U
#define PHDRS_MAX 64U

struct ehdr {
	uint8_t magic[4];
	uint8_t class;
	uint8_t data;
	uint8_t ident[10];
	uint16_t type;
	uint16_t machine;
	uint32_t version;
	uint64_t entry;
	uint64_t phoff;
	uint64_t shoff;
	uint32_t flags;
	uint16_t ehsize;
	uint16_t phentsize;
	uint16_t phnum;
	uint16_t shentsize;
	uint16_t shnum;
	uint16_t shstrndx;
};
BUILD_ASSERT(sizeof(struct ehdr) == 64U);

struct phdr {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t filesz;
	uint64_t memsz;
	uint64_t align;
};
BUILD_ASSERT(sizeof(struct phdr) == 56U);

static bool elf_is(const struct vm_config *config)
{
	return config->kernel.size >= 4U && memcmp(config->kernel.data, "\177ELF", 4U) == 0;
}

static int read_header(const struct vm_config *config, struct ehdr *h, struct vm_error *error)
{
	if (config->kernel.size < sizeof(*h)) {
		return image_bad(config, error, "truncated: it ends within the ELF header");
	}
	memcpy(h, config->kernel.data, sizeof(*h));
	if (h->class != CLASS_64 || h->data != DATA_LSB || h->machine != AARCH64 ||
	    (h->type != TYPE_EXEC && h->type != TYPE_DYN)) {
		return image_bad(config, error,
				 "not an executable ELF file for AArch64, 64 bits, little-endian");
	}
	if (h->phnum == 0U || h->phnum > PHDRS_MAX || h->phentsize != sizeof(struct phdr)) {
		return image_bad(config, error, "%u program headers of %u bytes; 1 to %u of %zu",
				 h->phnum, h->phentsize, PHDRS_MAX, sizeof(struct phdr));
	}
	if (!range_within(h->phoff, (uint64_t)h->phnum * sizeof(struct phdr), 0U,
			  config->kernel.size)) {
		return image_bad(config, error, "truncated: the program headers are outside of it");
	}
	return 0;
}

static struct phdr read_phdr(const struct vm_config *config, const struct ehdr *h, unsigned int n)
{
	struct phdr p;

	memcpy(&p, (const uint8_t *)config->kernel.data + h->phoff + n * sizeof(p), sizeof(p));
	return p;
}

static bool is_loaded(const struct phdr *p)
{
	return p->type == PT_LOAD && p->memsz != 0U;
}

static int check_segment(const struct vm_config *config, const struct ehdr *h, unsigned int n,
			 struct vm_error *error)
{
	struct phdr p = read_phdr(config, h, n);

	if (p.filesz > p.memsz) {
		return image_bad(config, error, "segment %u: more in the file than in memory", n);
	}
	if (!range_within(p.offset, p.filesz, 0U, config->kernel.size)) {
		return image_bad(config, error, "truncated: segment %u ends outside of it", n);
	}
	if (!range_within(p.paddr, p.memsz, config->ram_base, config->ram_size)) {
		return image_bad(
			config, error,
			"segment %u, 0x%llx bytes at 0x%llx, is not in RAM of %llu MiB at 0x%llx",
			n, (unsigned long long)p.memsz, (unsigned long long)p.paddr,
			(unsigned long long)(config->ram_size / MB(1)),
			(unsigned long long)config->ram_base);
	}
	for (unsigned int i = 0U; i < n; i++) {
		struct phdr other = read_phdr(config, h, i);

		if (is_loaded(&other) &&
		    ranges_overlap(p.paddr, p.memsz, other.paddr, other.memsz)) {
			return image_bad(config, error, "segments %u and %u overlap at 0x%llx", i,
					 n, (unsigned long long)MAX(p.paddr, other.paddr));
		}
	}
	return 0;
}

/* The entry is a virtual address, its segment says which physical one that is. */
static bool find_entry(const struct phdr *p, uint64_t entry, struct image_place *place)
{
	if (entry - p->vaddr >= p->memsz) {
		return false;
	}
	place->entry = p->paddr + (entry - p->vaddr);
	return true;
}

static int elf_place(const struct vm_config *config, struct image_place *place,
		     struct vm_error *error)
{
	struct ehdr h = {0};
	bool entered = false;
	int rc = read_header(config, &h, error);

	*place = (struct image_place){.start = UINT64_MAX};
	for (unsigned int i = 0U; rc == 0 && i < h.phnum; i++) {
		struct phdr p = read_phdr(config, &h, i);

		if (!is_loaded(&p)) {
			continue;
		}
		rc = check_segment(config, &h, i, error);
		place->start = MIN(place->start, p.paddr);
		place->end = MAX(place->end, p.paddr + p.memsz);
		entered = entered || find_entry(&p, h.entry, place);
	}
	if (rc == 0 && place->end == 0U) {
		return image_bad(config, error, "nothing in it is to be loaded (no PT_LOAD)");
	}
	if (rc == 0 && !entered) {
		return image_bad(config, error, "the entry 0x%llx is in no segment",
				 (unsigned long long)h.entry);
	}
	return rc;
}

static int elf_load(const struct vm_config *config, const struct image_place *place, uint8_t *ram,
		    struct vm_error *error)
{
	struct ehdr h = {0};
	int rc = read_header(config, &h, error);

	ARG_UNUSED(place);
	for (unsigned int i = 0U; rc == 0 && i < h.phnum; i++) {
		struct phdr p = read_phdr(config, &h, i);

		if (is_loaded(&p)) {
			memcpy(image_ram(config, ram, p.paddr),
			       (const uint8_t *)config->kernel.data + p.offset, p.filesz);
		}
	}
	return rc;
}

const struct image_kind image_elf = {
	.is = elf_is,
	.place = elf_place,
	.load = elf_load,
};
