/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Devicetree: memory, CPUs, PSCI, console, initrd; see fdt.h.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/util.h>

#include "lib/addr.h"
#include "lib/fdt.h"

/*
 * MPIDR_EL1 Aff3 and Aff2 to Aff0, Arm ARM DDI 0487 D19.2.101; `reg` holds nothing else (Linux,
 * bindings/arm/cpus.yaml).
 */
#define MPIDR_AFFINITY 0xff00ffffffULL

static bool has_device_type(const void *fdt, int node, const char *type)
{
	const char *is = fdt_prop_string(fdt, node, "device_type");

	return is != NULL && strcmp(is, type) == 0;
}

/* The next entry of the node's `reg` that is not empty; -ENOENT after the last. */
static int next_reg(const void *fdt, struct fdt_range *r, struct fdt_error *err)
{
	int ret;

	do {
		ret = fdt_reg(fdt, r->node, r->index++, &r->base, &r->size, err);
	} while (ret == 0 && r->size == 0U);
	return ret;
}

int fdt_memory_next(const void *fdt, struct fdt_range *r, struct fdt_error *err)
{
	for (;;) {
		int ret;

		if (r->node >= 0 && r->index != 0U) {
			ret = next_reg(fdt, r, err);
			if (ret == 0) {
				return 0;
			}
			/* A node that is malformed, or has no more entries, is done with. */
			r->index = 0;
			if (ret != -ENOENT) {
				return ret;
			}
		}
		r->node = fdt_next_node(fdt, r->node, NULL);
		if (r->node < 0) {
			return -ENOENT;
		}
		/* A child of the root (3.4); what is elsewhere is a virtual machine's. */
		if (!has_device_type(fdt, r->node, "memory") || !fdt_is_available(fdt, r->node) ||
		    fdt_parent(fdt, r->node) != 0) {
			continue;
		}
		if (fdt_getprop(fdt, r->node, "reg", NULL) == NULL) {
			return fdt_fault(fdt, r->node, "reg", err, "missing");
		}
		ret = next_reg(fdt, r, err);
		if (ret == 0) {
			return 0;
		}
		r->index = 0;
		if (ret != -ENOENT) {
			return ret;
		}
	}
}

int fdt_reserved_next(const void *fdt, struct fdt_range *r, struct fdt_error *err)
{
	int parent = fdt_path_offset(fdt, "/reserved-memory");
	bool fresh = false;

	if (parent < 0) {
		return -ENOENT;
	}
	for (;;) {
		if (r->node >= 0 && (fresh || r->index != 0U)) {
			int ret = next_reg(fdt, r, err);

			if (ret == 0) {
				return 0;
			}
			r->index = 0;
			if (ret != -ENOENT) {
				return ret;
			}
		}
		r->node = r->node < 0 ? fdt_first_subnode(fdt, parent)
				      : fdt_next_subnode(fdt, r->node);
		if (r->node < 0) {
			return -ENOENT;
		}
		fresh = fdt_is_available(fdt, r->node);
		r->no_map = fdt_getprop(fdt, r->node, "no-map", NULL) != NULL;
	}
}

int fdt_memreserve_next(const void *fdt, struct fdt_range *r, struct fdt_error *err)
{
	while (r->index < (unsigned int)fdt_num_mem_rsv(fdt)) {
		if (fdt_get_mem_rsv(fdt, (int)r->index++, &r->base, &r->size) != 0) {
			return -ENOENT;
		}
		if (!range_end_ok(r->base, r->size)) {
			return fdt_fault(fdt, 0, "/memreserve/", err,
					 "0x%llx + 0x%llx is beyond 64 bits",
					 (unsigned long long)r->base, (unsigned long long)r->size);
		}
		if (r->size != 0U) {
			return 0;
		}
	}
	return -ENOENT;
}

int fdt_initrd(const void *fdt, uint64_t *base, uint64_t *size, struct fdt_error *err)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	uint64_t start;
	uint64_t end;
	int got_start;
	int got_end;

	if (chosen < 0) {
		return -ENOENT;
	}
	got_start = fdt_prop_u64(fdt, chosen, "linux,initrd-start", &start, err);
	got_end = fdt_prop_u64(fdt, chosen, "linux,initrd-end", &end, err);
	if (got_start == -ENOENT && got_end == -ENOENT) {
		return -ENOENT;
	}
	if (got_start == -ENOENT) {
		return fdt_fault(fdt, chosen, "linux,initrd-start", err, "missing");
	}
	if (got_end == -ENOENT) {
		return fdt_fault(fdt, chosen, "linux,initrd-end", err, "missing");
	}
	if (got_start != 0 || got_end != 0) {
		return -EINVAL;
	}
	if (end <= start) {
		return fdt_fault(fdt, chosen, "linux,initrd-end", err,
				 "0x%llx is not above the start, 0x%llx", (unsigned long long)end,
				 (unsigned long long)start);
	}
	*base = start;
	*size = end - start;
	return 0;
}

/* Fill in `cpu` if its node, or one of the next ones, is a CPU. */
static bool take_cpu(const void *fdt, struct fdt_cpu *cpu, int node)
{
	for (; node >= 0; node = fdt_next_subnode(fdt, node)) {
		uint64_t mpidr;

		if (!has_device_type(fdt, node, "cpu") ||
		    fdt_reg(fdt, node, 0, &mpidr, NULL, NULL) != 0 ||
		    (mpidr & ~MPIDR_AFFINITY) != 0U) {
			continue;
		}
		cpu->node = node;
		cpu->mpidr = mpidr;
		cpu->usable = fdt_is_available(fdt, node);
		cpu->enable_method = fdt_prop_string(fdt, node, "enable-method");
		return true;
	}
	return false;
}

bool fdt_cpu_first(const void *fdt, struct fdt_cpu *cpu)
{
	int cpus = fdt_path_offset(fdt, "/cpus");

	return cpus >= 0 && take_cpu(fdt, cpu, fdt_first_subnode(fdt, cpus));
}

bool fdt_cpu_next(const void *fdt, struct fdt_cpu *cpu)
{
	return take_cpu(fdt, cpu, fdt_next_subnode(fdt, cpu->node));
}

int fdt_psci_method(const void *fdt, enum fdt_psci *method, struct fdt_error *err)
{
	static const char *const compatibles[] = {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"};
	const char *name;
	int node = -1;

	for (size_t i = 0; i < ARRAY_SIZE(compatibles) && node < 0; i++) {
		node = fdt_node_offset_by_compatible(fdt, -1, compatibles[i]);
	}
	if (node < 0) {
		return -ENOENT;
	}
	name = fdt_prop_string(fdt, node, "method");
	if (name != NULL && strcmp(name, "hvc") == 0) {
		*method = FDT_PSCI_HVC;
	} else if (name != NULL && strcmp(name, "smc") == 0) {
		*method = FDT_PSCI_SMC;
	} else {
		return fdt_fault(fdt, node, "method", err, "must be \"hvc\" or \"smc\"");
	}
	return 0;
}

static int find_stdout(const void *fdt, const char **options, struct fdt_error *err)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *path;
	size_t len;
	int node;

	if (chosen < 0 || fdt_getprop(fdt, chosen, "stdout-path", NULL) == NULL) {
		return -ENOENT;
	}
	path = fdt_prop_string(fdt, chosen, "stdout-path");
	if (path == NULL) {
		return fdt_fault(fdt, chosen, "stdout-path", err, "is not a string");
	}
	len = strcspn(path, ":");
	/* An alias, or a path, is found by the same call. */
	node = fdt_node_at(fdt, path, (int)len);
	if (node < 0) {
		return fdt_fault(fdt, chosen, "stdout-path", err, "\"%s\" names no node", path);
	}
	*options = path[len] == ':' ? path + len + 1U : "";
	return node;
}

int fdt_stdout(const void *fdt, const char **options, struct fdt_error *err)
{
	/* Of the machine's own tree; start-up has one thread. */
	static const char *fixed_options;
	static int fixed_node;
	const char *found = fixed_options;
	int node = fixed_node;

	if (found == NULL || !fdt_is_fixed(fdt)) {
		node = find_stdout(fdt, &found, err);
	}
	if (node >= 0 && fdt_is_fixed(fdt)) {
		fixed_node = node;
		fixed_options = found;
	}
	if (node >= 0 && options != NULL) {
		*options = found;
	}
	return node;
}
