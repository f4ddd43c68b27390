/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The version of Zephyr whose kernel API this is, under Zephyr's names: applications test it
 * to choose among APIs. ZVM's own version is in <zvm_version.h>, which the build makes.
 */
#ifndef ZEPHYR_VERSION_H_
#define ZEPHYR_VERSION_H_

#define ZEPHYR_VERSION(major, minor, patch) (((major) << 16) + ((minor) << 8) + (patch))

#define KERNEL_VERSION_MAJOR           3
#define KERNEL_VERSION_MINOR           7
#define KERNEL_PATCHLEVEL              1
#define KERNEL_TWEAK                   0
#define KERNEL_VERSION_NUMBER          ZEPHYR_VERSION(3, 7, 1)
#define KERNELVERSION                  (KERNEL_VERSION_NUMBER << 8)
#define KERNEL_VERSION_STRING          "3.7.1"
#define KERNEL_VERSION_EXTENDED_STRING "3.7.1+0"
#define ZEPHYR_VERSION_CODE            KERNEL_VERSION_NUMBER
#define BUILD_VERSION                  ZVM

#endif /* ZEPHYR_VERSION_H_ */
