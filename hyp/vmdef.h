/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * VM definitions: small devicetrees (compatible "zvm,vm-v1"), checked completely before anything is taken.
 */
#ifndef HYP_VMDEF_H_
#define HYP_VMDEF_H_

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

#include "lib/addr.h"

#define VM_NAME_MAX    32U
#define VM_DEVICES_MAX 16U
#define VM_ERROR_TEXT  192U
#define VM_VCPUS_MAX   8U
#define VM_SMC_MAX     32U

/** One line for people: what was wrong, where, and what would be right. */
struct vm_error {
	char text[VM_ERROR_TEXT];
};

/** @brief Writes the line. @return @p rc, so that a function can end with `return vm_fail(...)`. */
int __printf_like(3, 4) vm_fail(struct vm_error *error, int rc, const char *format, ...);

struct vm_config;

/**
 * @brief Writes the line "FILE: NODE: ..." about a definition; of one in a devicetree the two are one path.
 * @param node in the definition, "/" or "/devices/uart1"
 * @return @p rc
 */
int __printf_like(5, 6) vm_fail_def(const struct vm_config *config, struct vm_error *error, int rc,
				    const char *node, const char *format, ...);
int vm_vfail_def(const struct vm_config *config, struct vm_error *error, int rc, const char *node,
		 const char *prop, const char *format, va_list ap);

enum vm_os {
	VM_OS_LINUX,
	VM_OS_ZEPHYR,
	VM_OS_RAW,
};

/** Where bytes of an image are: in the bundle (points into it) or in host RAM by address. */
struct vm_image {
	const void *data; /**< NULL: there is none */
	uint64_t size;
	const char *name; /**< path in the bundle, or the property's name; for messages */
	bool by_address;
};

#define VM_PT_RANGES_MAX 4U
#define VM_PT_IRQS_MAX   4U

/** Registers of a host's device, and where the guest finds them. */
struct vm_pt_range {
	uint64_t ipa;
	uint64_t hpa;
	uint64_t size;
};

struct vm_pt_irq {
	uint32_t guest; /**< INTID; 0 while it is being looked for */
	uint32_t host;
	uint32_t flags; /**< IRQ_TYPE_* */
};

/** A device of the host that is given to the guest, as the definition and the host's devicetree say. */
struct vm_passthrough {
	const char *path; /**< as the definition names it; NULL: the device is none of these */
	int node;         /**< in the host's devicetree */
	uint32_t clock;   /**< Hz of its clocks; 0: as the host's devicetree says */
	bool shared_pages;
	bool no_dma;
	bool silence_byte;
	/** Host address of a register, of one byte or of 32 bits, that makes the device silent when it is written with 0; 0: none. */
	uint64_t silence;
	uint32_t range_count;
	uint32_t irq_count;
	struct vm_pt_range range[VM_PT_RANGES_MAX];
	struct vm_pt_irq irq[VM_PT_IRQS_MAX];
};

struct vm_device_def {
	const char *name; /**< node, with its unit address if it has one */
	const char *compatible;
	uint64_t base; /**< the device's own default if the definition names none */
	uint64_t size;
	uint32_t irq; /**< INTID, likewise; 0: it has none */
	int node;     /**< in the definition, for properties of its own */
	struct vm_passthrough host;
};

struct vm_config {
	char name[VM_NAME_MAX];
	enum vm_os os;
	uint32_t vcpus;
	uint64_t ram_base; /**< 0: directly mapped, and not taken yet */
	uint64_t ram_size;
	struct vm_image kernel;
	struct vm_image initrd;
	struct vm_image dtb;
	/** IPA that a raw image is loaded at, and entered; the base of RAM if the definition names none. */
	uint64_t kernel_load;
	bool kernel_load_set;
	const char *bootargs; /**< "" if none */
	int priority;
	/** CPU of vCPU n, if @ref pinned. */
	uint8_t cpu[VM_VCPUS_MAX];
	uint32_t cpu_count; /**< CPUs that the definition lists */
	bool pinned;
	bool wfi_native;
	bool autostart;
	/** Guest RAM is at its host address: at @ref direct_base, or if that is 0 wherever there is some. */
	bool direct;
	uint64_t direct_base;
	/** Functions of the firmware that it may call by SMC. */
	uint32_t smc_count;
	uint32_t smc[VM_SMC_MAX];
	const char *file; /**< where the definition is, for messages: bundle_definition() */
	const void *def;  /**< the definition itself */
	uint32_t device_count;
	struct vm_device_def device[VM_DEVICES_MAX];
};

/**
 * @brief Reads and checks a definition; images are found, not loaded.
 * @param file  for messages, as "vms/linux.dtb" or "host devicetree: /zvm/vms/linux"; the VM is called "linux". It must
 *              stay as @p fdt must
 * @param fdt, size the definition, at a multiple of 8; it must stay where it is for as long as @p config is used
 * @retval 0 / -EINVAL, -ENOENT with a line in @p error
 */
int vmdef_read(const char *file, const void *fdt, size_t size, struct vm_config *config,
	       struct vm_error *error);

/**
 * @brief Other values than the definition's, with the same checks: `zvm new -c VCPUS -m MIB`.
 * @retval 0 / -EINVAL with a line, and nothing is changed
 */
int vmdef_set_vcpus(struct vm_config *config, unsigned int vcpus, struct vm_error *error);
int vmdef_set_memory(struct vm_config *config, uint64_t mib, struct vm_error *error);

/**
 * @brief Directly mapped RAM has been taken: the checks that depend on where it is.
 * @retval 0 / -EINVAL with a line: this place does not do
 */
int vmdef_place_ram(struct vm_config *config, uint64_t base, struct vm_error *error);

#endif /* HYP_VMDEF_H_ */
