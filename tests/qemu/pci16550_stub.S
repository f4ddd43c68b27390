/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for the firmware that sets up PCI: gives the 16550 behind `-device pci-serial` an I/O address and switches its
 * decoder on, then starts the image as a boot loader would. Entered with the MMU off.
 *
 * CONFIG: the function's configuration space (ECAM); IO_BAR: its I/O address on the bus; DTB, IMAGE: addresses in RAM.
 */
#define PCI_COMMAND 0x04
#define PCI_BAR0    0x10

	.globl _start
_start:
	ldr	x5, =CONFIG
	ldr	w6, =(IO_BAR | 1)
	str	w6, [x5, #PCI_BAR0]
	mov	w6, #1
	strh	w6, [x5, #PCI_COMMAND]
	dsb	sy
	ldr	x0, =DTB
	mov	x1, #0
	mov	x2, #0
	mov	x3, #0
	ldr	x4, =IMAGE
	br	x4
