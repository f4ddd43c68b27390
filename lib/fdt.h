/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What ZVM asks of a devicetree, on top of libfdt.
 *
 * Section numbers are those of the Devicetree Specification, release 0.4. A devicetree is input
 * from outside: each property's length is checked before it is read, and a property that is not
 * what it must be gives -EINVAL and one line that names node, property and fault, to be printed
 * where the error is understood.
 *
 * Costs are linear in the size of the tree (libfdt has no index), but for what is remembered of the machine's own
 * (fdt_fixed()). libfdt uses SIMD registers:
 * thread context or start-up only.
 */
#ifndef ZVM_LIB_FDT_H_
#define ZVM_LIB_FDT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libfdt.h>

/** @brief The line that says what is wrong, without newline; empty if nothing is. */
struct fdt_error {
	char text[160];
};

/**
 * @brief Check a whole devicetree: header, block bounds, structure, strings. To be called once,
 *        before all else.
 * @param fdt  devicetree, or NULL
 * @param size bytes that may be read
 * @return NULL if it is one, otherwise the line that says what is wrong
 */
const char *fdt_verify(const void *fdt, size_t size);

/**
 * @brief Name the tree that is never changed and never goes: the machine's. What takes a walk over all of it and is asked
 *        for more than once (parents, phandles, stdout-path) is remembered.
 */
void fdt_fixed(const void *fdt);

bool fdt_is_fixed(const void *fdt);

/** @brief fdt_parent_offset(), remembered. */
int fdt_parent(const void *fdt, int node);

/** @brief fdt_node_offset_by_phandle(), remembered; of nodes below FDT_ZVM none. */
int fdt_by_phandle(const void *fdt, uint32_t phandle);

/** Where definitions of virtual machines are: what is in there is not the machine's. */
#define FDT_ZVM "/zvm"

/**
 * @brief Write "devicetree: NODE: PROPERTY: ..." into @p err, which may be NULL. @return -EINVAL
 */
int fdt_fault(const void *fdt, int node, const char *prop, struct fdt_error *err, const char *fmt,
	      ...) __attribute__((__format__(__printf__, 5, 6)));

/**
 * @brief fdt_path_offset_namelen(), but that an alias (3.3) must be a path: one that names itself would have it look for ever.
 */
int fdt_node_at(const void *fdt, const char *path, int len);

/** @brief True unless `status` says that the node is not to be used (2.3.4). */
bool fdt_is_available(const void *fdt, int node);

/** @brief True if `compatible` of the node lists @p compatible (2.3.1). */
static inline bool fdt_is_compatible(const void *fdt, int node, const char *compatible)
{
	return fdt_node_check_compatible(fdt, node, compatible) == 0;
}

/** @brief A number of one or two cells, or more, of which the last two count. */
uint64_t fdt_cells(const fdt32_t *p, int cells);

/**
 * @brief Read a property of one cell.
 * @retval 0 done
 * @retval -ENOENT the node does not have it
 * @retval -EINVAL its length is not 4 bytes
 */
int fdt_prop_u32(const void *fdt, int node, const char *prop, uint32_t *value,
		 struct fdt_error *err);

/**
 * @brief Read a property of one or two cells.
 * @retval 0 done
 * @retval -ENOENT the node does not have it
 * @retval -EINVAL its length is neither 4 nor 8 bytes
 */
int fdt_prop_u64(const void *fdt, int node, const char *prop, uint64_t *value,
		 struct fdt_error *err);

/**
 * @brief Read a property that is one string.
 * @return the string, which ends within the property; NULL if the node does not have it or it does
 *        not end
 */
const char *fdt_prop_string(const void *fdt, int node, const char *prop);

/**
 * @brief Read an entry of `reg` (2.3.6) as the parent bus sees it.
 * @param index which entry, from 0
 * @param size  may be NULL
 * @retval 0 done
 * @retval -ENOENT no `reg`, or fewer entries
 * @retval -EINVAL its length is no multiple of an entry, the cell counts are out of range, or base
 *        + size wraps
 */
int fdt_reg(const void *fdt, int node, unsigned int index, uint64_t *addr, uint64_t *size,
	    struct fdt_error *err);

/**
 * @brief Read an entry of `reg` as the CPUs see it, through the `ranges` of all buses above
 *        (2.3.8).
 * @retval 0 done
 * @retval -ENOENT no such entry
 * @retval -ENXIO a bus above has no `ranges`, or none that holds all of it: the CPUs can not reach
 *        it
 * @retval -EINVAL a property on the way is malformed
 */
int fdt_reg_cpu(const void *fdt, int node, unsigned int index, uint64_t *addr, uint64_t *size,
		struct fdt_error *err);

/* ---- interrupts (2.4) ---------------------------------------------------------------------- */

#define FDT_IRQ_CELLS_MAX 4

/** @brief An interrupt specifier. */
struct fdt_irq {
	int controller; /* node */
	unsigned int count;
	uint32_t cells[FDT_IRQ_CELLS_MAX];
};

/**
 * @brief The node that the interrupts of @p node go to first: the nearest with #interrupt-cells, a controller or a nexus.
 * @retval -ENOENT there is none
 */
int fdt_interrupt_parent(const void *fdt, int node);

/**
 * @brief Read an interrupt, from `interrupts-extended` or else `interrupts`, and follow it through buses and their
 *        `interrupt-map` (2.4.3) to its controller.
 * @param index which, from 0
 * @retval 0 done
 * @retval -ENOENT the node has no such interrupt
 * @retval -EINVAL the property or a map is malformed, the interrupt is not in the map, or the controller is not there or
 *        says no `#interrupt-cells`
 */
int fdt_irq(const void *fdt, int node, unsigned int index, struct fdt_irq *irq,
	    struct fdt_error *err);

#define FDT_IRQ_EDGE_RISING 1U
#define FDT_IRQ_LEVEL_HIGH  4U

/**
 * @brief Decode a GIC specifier of three or four cells (Linux,
 *        bindings/interrupt-controller/arm,gic-v3.yaml).
 * @param intid INTID, IHI 0069 2.2
 * @param flags trigger, FDT_IRQ_*
 * @retval 0 done
 * @retval -EINVAL not a specifier of a GIC
 */
int fdt_irq_gic(const struct fdt_irq *irq, uint32_t *intid, uint32_t *flags);

/* ---- the machine: lib/fdt_machine.c -------------------------------------------------------- */

/** @brief A range of memory, and where the walk over them stands. */
struct fdt_range {
	uint64_t base;
	uint64_t size;
	int node;
	unsigned int index;
	bool no_map; /* of /reserved-memory: must not be mapped at all */
};

/** @brief Before the first step. */
#define FDT_RANGE_START ((struct fdt_range){.node = -1})

/**
 * @brief Step to the next memory bank: entries of `reg` of all nodes with device_type "memory"
 *        (3.4).
 * @retval 0 @p r is a bank; empty ones are left out
 * @retval -ENOENT there are no more
 * @retval -EINVAL a node is malformed; the next step goes on after it
 */
int fdt_memory_next(const void *fdt, struct fdt_range *r, struct fdt_error *err);

/**
 * @brief Step to the next static reservation below /reserved-memory (3.5).
 *
 * Reservations that only name a size have no place yet and are left out.
 * @retval as fdt_memory_next()
 */
int fdt_reserved_next(const void *fdt, struct fdt_range *r, struct fdt_error *err);

/**
 * @brief Step to the next entry of the memory reservation block (5.3).
 * @retval as fdt_memory_next()
 */
int fdt_memreserve_next(const void *fdt, struct fdt_range *r, struct fdt_error *err);

/**
 * @brief The initrd as the boot loader left it: `linux,initrd-start` and `-end` of /chosen.
 * @retval 0 done
 * @retval -ENOENT there is none
 * @retval -EINVAL one is missing, malformed, or the end is not above the start
 */
int fdt_initrd(const void *fdt, uint64_t *base, uint64_t *size, struct fdt_error *err);

/** @brief A CPU of /cpus (3.8). */
struct fdt_cpu {
	int node;
	uint64_t mpidr;            /* affinity fields, as in MPIDR_EL1 (bits 39:32 and 23:0) */
	bool usable;               /* `status` does not exclude it */
	const char *enable_method; /* NULL if there is none */
};

/** @brief Find the first CPU. @return false if there is none */
bool fdt_cpu_first(const void *fdt, struct fdt_cpu *cpu);

/** @brief Find the next CPU. @return false at the end */
bool fdt_cpu_next(const void *fdt, struct fdt_cpu *cpu);

/** @brief Walk the CPUs, `struct fdt_cpu *cpu`; those with a malformed `reg` are left out. */
#define fdt_for_each_cpu(fdt, cpu)                                                                 \
	for (bool fdt_cpu_found = fdt_cpu_first(fdt, cpu); fdt_cpu_found;                          \
	     fdt_cpu_found = fdt_cpu_next(fdt, cpu))

enum fdt_psci {
	FDT_PSCI_HVC,
	FDT_PSCI_SMC,
};

/**
 * @brief How to call PSCI.
 * @retval 0 done
 * @retval -ENOENT there is no PSCI node
 * @retval -EINVAL `method` is neither "hvc" nor "smc"
 */
int fdt_psci_method(const void *fdt, enum fdt_psci *method, struct fdt_error *err);

/**
 * @brief The node that `stdout-path` of /chosen names, by path or by alias.
 * @param options what follows the ':', for example "115200n8"; "" if nothing does; may be NULL
 * @return node, or
 * @retval -ENOENT there is no `stdout-path`
 * @retval -EINVAL it names nothing
 */
int fdt_stdout(const void *fdt, const char **options, struct fdt_error *err);

#endif /* ZVM_LIB_FDT_H_ */
