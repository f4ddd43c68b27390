/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI (Arm DEN 0022): CPUs on and off, power off, reset.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>
#include <zvm/driver.h>
#include "arch/arm64/smccc.h"
#include "kernel/firmware.h"
#include "lib/fdt.h"

/*
 * Function identifiers; of CPU_ON the 64-bit one, as the entry point may lie above 4
 * GiB.
 */
#define PSCI_VERSION      0x84000000U
#define PSCI_CPU_OFF      0x84000002U
#define PSCI_CPU_ON_64    0xc4000003U
#define PSCI_SYSTEM_OFF   0x84000008U
#define PSCI_SYSTEM_RESET 0x84000009U

#define PSCI_NOT_SUPPORTED (-1)

#define VERSION_MAJOR(v) ((uint32_t)(v) >> 16 & 0x7fffU)
#define VERSION_MINOR(v) ((uint32_t)(v) & 0xffffU)

static struct {
	smccc_conduit_t call;
	/*
	 * PSCI 0.1 has identifiers of the implementation's choice, in the devicetree, and nothing
	 * but CPU_ON and CPU_OFF.
	 */
	uint32_t cpu_on;
	uint32_t cpu_off;
	bool v01;
	char name[24];
} psci;

/* DEN 0022, "Return error codes" */
static const char *const error_names[] = {
	"PSCI SUCCESS(0)",           "PSCI NOT_SUPPORTED(-1)", "PSCI INVALID_PARAMETERS(-2)",
	"PSCI DENIED(-3)",           "PSCI ALREADY_ON(-4)",    "PSCI ON_PENDING(-5)",
	"PSCI INTERNAL_FAILURE(-6)", "PSCI NOT_PRESENT(-7)",   "PSCI DISABLED(-8)",
	"PSCI INVALID_ADDRESS(-9)",
};

static const char *psci_strerror(int code)
{
	return code <= 0 && code > -(int)ARRAY_SIZE(error_names)
		       ? error_names[-code]
		       : "an error that PSCI does not know";
}

static int psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
	return (int)psci.call(psci.cpu_on, mpidr, entry, context);
}

static int psci_cpu_off(void)
{
	return (int)psci.call(psci.cpu_off, 0U, 0U, 0U);
}

static int psci_system(uint32_t function)
{
	return psci.v01 ? PSCI_NOT_SUPPORTED : (int)psci.call(function, 0U, 0U, 0U);
}

static int psci_system_off(void)
{
	return psci_system(PSCI_SYSTEM_OFF);
}

static int psci_system_reset(void)
{
	return psci_system(PSCI_SYSTEM_RESET);
}

static struct z_firmware psci_firmware = {
	.name = psci.name,
	.cpu_on = psci_cpu_on,
	.cpu_off = psci_cpu_off,
	.system_off = psci_system_off,
	.system_reset = psci_system_reset,
	.strerror = psci_strerror,
};

static int psci_probe(const void *fdt, int node, struct device *dev)
{
	const char *method = fdt_prop_string(fdt, node, "method");
	uint32_t version;

	if (method != NULL && strcmp(method, "smc") == 0) {
		psci.call = smccc_smc;
	} else if (method != NULL && strcmp(method, "hvc") == 0 && ZVM_EL == 1) {
		psci.call = smccc_hvc;
	} else {
		return device_fail(
			dev, -EINVAL, "its method is \"%s\": %s", method != NULL ? method : "",
			ZVM_EL == 1 ? "\"smc\" or \"hvc\" is needed" : "\"smc\" is needed at EL2");
	}

	psci.cpu_on = PSCI_CPU_ON_64;
	psci.cpu_off = PSCI_CPU_OFF;
	psci.v01 = !fdt_is_compatible(fdt, node, "arm,psci-0.2") &&
		   !fdt_is_compatible(fdt, node, "arm,psci-1.0");
	if (psci.v01) {
		if (fdt_prop_u32(fdt, node, "cpu_on", &psci.cpu_on, NULL) != 0 ||
		    fdt_prop_u32(fdt, node, "cpu_off", &psci.cpu_off, NULL) != 0) {
			return device_fail(dev, -EINVAL, "PSCI 0.1 without cpu_on and cpu_off");
		}
		version = 1U;
	} else {
		version = (uint32_t)psci.call(PSCI_VERSION, 0U, 0U, 0U);
		if ((int32_t)version < 0) {
			return device_fail(dev, -ENODEV, "PSCI_VERSION by %s is answered %s",
					   method, psci_strerror((int32_t)version));
		}
	}
	if (VERSION_MAJOR(version) >= 1U) {
		psci_firmware.call = psci.call;
	}
	psci_firmware.smc = psci.call == smccc_smc;
	snprintk(psci.name, sizeof(psci.name), "PSCI %u.%u by %s", VERSION_MAJOR(version),
		 VERSION_MINOR(version), psci.call == smccc_smc ? "SMC" : "HVC");
	z_firmware = &psci_firmware;
	return 0;
}

ZVM_DRIVER(psci, .compatibles = {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"},
	   .stage = DRIVER_STAGE_FIRMWARE, .probe = psci_probe);
