/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What a guest can call by HVC or SMC: the SMC Calling Convention (Arm DEN0028), PSCI (DEN0022) and the TRNG firmware
 * interface (DEN0098). Numbers only: for ZVM, and for guests.
 */
#ifndef ABI_SMCCC_H_
#define ABI_SMCCC_H_

/* Fields of a function identifier (DEN0028, "Function identifiers"). */
#define SMCCC_FAST        0x80000000U
#define SMCCC_64          0x40000000U
#define SMCCC_OWNER_ARCH  0x00000000U
#define SMCCC_OWNER_STD   0x04000000U
#define SMCCC_SVE_HINT    0x00010000U
#define SMCCC_NUMBER_MASK 0x0000ffffU

/* Arm Architecture Calls. */
#define SMCCC_VERSION           0x80000000U
#define SMCCC_ARCH_FEATURES     0x80000001U
#define SMCCC_ARCH_SOC_ID       0x80000002U
#define SMCCC_ARCH_WORKAROUND_1 0x80008000U
#define SMCCC_ARCH_WORKAROUND_2 0x80007fffU
#define SMCCC_ARCH_WORKAROUND_3 0x80003fffU

#define SMCCC_VERSION_1_2 0x00010002

#define SMCCC_SUCCESS       0
#define SMCCC_NOT_SUPPORTED (-1)
#define SMCCC_NOT_REQUIRED  (-2)
/** ARCH_FEATURES of a workaround: implemented, and not needed on this CPU. */
#define SMCCC_WORKAROUND_NOT_NEEDED 1

/* PSCI. Functions with addresses or affinities have a form for 32-bit callers and one for 64-bit callers. */
#define PSCI_VERSION           0x84000000U
#define PSCI_CPU_SUSPEND_32    0x84000001U
#define PSCI_CPU_SUSPEND_64    0xc4000001U
#define PSCI_CPU_OFF           0x84000002U
#define PSCI_CPU_ON_32         0x84000003U
#define PSCI_CPU_ON_64         0xc4000003U
#define PSCI_AFFINITY_INFO_32  0x84000004U
#define PSCI_AFFINITY_INFO_64  0xc4000004U
#define PSCI_MIGRATE_INFO_TYPE 0x84000006U
#define PSCI_SYSTEM_OFF        0x84000008U
#define PSCI_SYSTEM_RESET      0x84000009U
#define PSCI_FEATURES          0x8400000aU
#define PSCI_SYSTEM_RESET2_32  0x84000012U
#define PSCI_SYSTEM_RESET2_64  0xc4000012U
/** Numbers that are PSCI's. */
#define PSCI_NUMBER_MAX 0x1fU

#define PSCI_VERSION_1_1 0x00010001

#define PSCI_SUCCESS            0
#define PSCI_NOT_SUPPORTED      (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED             (-3)
#define PSCI_ALREADY_ON         (-4)
#define PSCI_ON_PENDING         (-5)
#define PSCI_INTERNAL_FAILURE   (-6)
#define PSCI_INVALID_ADDRESS    (-9)

/* AFFINITY_INFO. */
#define PSCI_AFFINITY_ON         0
#define PSCI_AFFINITY_OFF        1
#define PSCI_AFFINITY_ON_PENDING 2
#define PSCI_AFFINITY_LEVEL_MAX  3U

/** MIGRATE_INFO_TYPE: there is no Trusted OS, or it need not migrate. */
#define PSCI_MIGRATE_NOT_NEEDED 2

/** CPU_SUSPEND: bits of power_state, original format, that must be zero. */
#define PSCI_POWER_STATE_RESERVED 0xfcfe0000U
#define PSCI_POWER_STATE_DOWN     0x00010000U

/** SYSTEM_RESET2: the architectural warm reset; with the top bit set the type is a vendor's. */
#define PSCI_RESET2_WARM 0U

/* TRNG. */
#define TRNG_VERSION  0x84000050U
#define TRNG_FEATURES 0x84000051U
#define TRNG_GET_UUID 0x84000052U
#define TRNG_RND_32   0x84000053U
#define TRNG_RND_64   0xc4000053U
/** Numbers that are the TRNG's: [TRNG_NUMBER_MIN, TRNG_NUMBER_MAX]. */
#define TRNG_NUMBER_MIN 0x50U
#define TRNG_NUMBER_MAX 0x5fU

#define TRNG_VERSION_1_0 0x00010000

#define TRNG_SUCCESS            0
#define TRNG_NOT_SUPPORTED      (-1)
#define TRNG_INVALID_PARAMETERS (-2)
#define TRNG_NO_ENTROPY         (-3)

/** Bits of one call. */
#define TRNG_BITS_MAX_32 96U
#define TRNG_BITS_MAX_64 192U

#endif /* ABI_SMCCC_H_ */
