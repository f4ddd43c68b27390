/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The image: constants shared with the linker script, and the boundaries it defines.
 *
 * Layout (every boundary is page aligned; [z_image_start, z_image_end) is contiguous):
 *
 *   z_image_start  Image header, code            RX
 *   z_rodata_start constants, const lists        R    (relocated before the MMU is on, then read-only)
 *   z_data_start   data, lists of objects        RW
 *   z_bss_start    zeroed data                   RW   (not in the file)
 *   z_stacks_start thread stacks                 RW   (not in the file, not cleared; guard pages unmapped)
 *   z_early_start  start-up stack, first tables  RW   (not in the file, not cleared: used before .bss is)
 *   .noinit        __noinit                      RW   (not in the file, not cleared)
 *   z_image_end
 *
 * CONFIG_ZVM_TINY_CODE: code reaches what it names with one instruction, which goes 1 MiB far. So what is large comes last.
 */
#ifndef ZVM_ARCH_ARM64_IMAGE_H_
#define ZVM_ARCH_ARM64_IMAGE_H_

/* Linux's Documentation/arch/arm64/booting.rst: little endian, 4K pages, placed anywhere in RAM */
#define IMAGE_FLAG_PAGE_4K  (1 << 1)
#define IMAGE_FLAG_ANYWHERE (1 << 3)
#define IMAGE_MAGIC         0x644d5241 /* "ARM\x64" */
#define IMAGE_ALIGN         0x200000

/** Alignment of sections in the file, for UEFI. */
#define EFI_ALIGN 512

#define PAGE_SHIFT 12
#define PAGE_SIZE  4096

/** Start-up stack of the boot CPU, above a guard page. */
#define BOOT_STACK_SIZE 16384
/** Page tables that exist before there is an allocator. */
#define EARLY_TABLES 40

#if !defined(__ASSEMBLER__) && !defined(_LINKER)
#include <stdint.h>

extern char z_image_start[];
/** From z_image_start to z_image_end, which code does not reach. */
extern const uint64_t z_image_size;
extern char z_text_start[], z_text_end[];
extern char z_rodata_start[], z_rodata_end[];
extern char z_data_start[], z_data_end[];
extern char z_early_start[], z_early_end[];
extern char z_bss_start[], z_bss_end[];
extern char z_stacks_start[], z_stacks_end[];
extern char z_boot_stack_guard[], z_boot_stack[], z_boot_stack_top[];
#endif

#endif /* ZVM_ARCH_ARM64_IMAGE_H_ */
