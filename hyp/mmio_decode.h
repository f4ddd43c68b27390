/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What a load or store wanted that came without an instruction syndrome (ESR_EL2.ISV = 0).
 */
#ifndef HYP_MMIO_DECODE_H_
#define HYP_MMIO_DECODE_H_

#include <stdbool.h>
#include <stdint.h>

/** When the base register changes, and to what address the access goes. */
enum mmio_index {
	MMIO_OFFSET, /**< base + offset; the base stays */
	MMIO_PRE,    /**< base + offset, which becomes the base */
	MMIO_POST,   /**< base; then base + offset */
	MMIO_REG,    /**< base + an index register that is not decoded; the base stays */
};

struct mmio_insn {
	uint8_t size; /**< bytes of one access: 1, 2, 4, 8 */
	uint8_t rt;   /**< 31: XZR */
	uint8_t rt2;  /**< of a pair */
	uint8_t rn;   /**< base; 31: SP */
	bool write;
	bool pair; /**< a second access of the same size behind the first one */
	bool sign; /**< sign-extended */
	bool wide; /**< to 64 bits; else to 32, and the upper half is zero */
	enum mmio_index index;
	int16_t offset; /**< bytes */
};

/**
 * @brief Decodes an A64 load or store of general-purpose registers (Arm ARM C4.1.94).
 *
 * Not decoded, because no emulated register answers them: SIMD and FP registers, exclusives, atomics, tags, DC ZVA;
 * and what is CONSTRAINED UNPREDICTABLE (write-back to a register that is transferred, a pair loaded into one).
 *
 * @return false if it is none of them
 */
bool mmio_decode(uint32_t word, struct mmio_insn *insn);

#endif /* HYP_MMIO_DECODE_H_ */
