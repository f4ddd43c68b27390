# SPDX-License-Identifier: Apache-2.0
#
# U-Boot starts ZVM: the image, the bundle of VMs, and the board's devicetree, from where this script came from: a card,
# another disk, or TFTP. No address and no board is named here: they are U-Boot's own (kernel_addr_r, ramdisk_addr_r,
# fdt_addr_r, fdtfile).
#
#   mkimage -A arm64 -T script -C none -n ZVM -d scripts/boards/boot.cmd boot.scr
#
# May be set before, by setenv and saveenv:
#   zvm_from     how files are read: "load mmc 1:1", "tftpboot"
#   zvm_image    zvm_host.bin
#   zvm_bundle   bundle.cpio; without it ZVM starts, and has no VMs
#   fdtfile      the devicetree's file; without it U-Boot's own devicetree is taken

test -n "${zvm_image}" || setenv zvm_image zvm_host.bin
test -n "${zvm_bundle}" || setenv zvm_bundle bundle.cpio
setenv zvm_prefix "${prefix}"
setenv zvm_read "${zvm_from}"
if test -z "${zvm_read}"; then
	setenv zvm_read tftpboot
	for type in mmc usb scsi sata nvme virtio ide; do
		if test "${devtype}" = "${type}"; then
			setenv zvm_read "load ${devtype} ${devnum}:${distro_bootpart}"
		fi
	done
fi
if test "${zvm_read}" = tftpboot; then
	setenv zvm_prefix
fi

# The devicetree may be Linux's, as it comes: U-Boot puts in the memory, its reservations, and where the bundle is.
setenv zvm_fdt "${fdtcontroladdr}"
if test -n "${fdtfile}" -a -n "${fdt_addr_r}"; then
	if ${zvm_read} ${fdt_addr_r} ${zvm_prefix}${fdtfile}; then
		setenv zvm_fdt "${fdt_addr_r}"
	else
		echo "ZVM: no ${fdtfile}, the devicetree of U-Boot is taken"
	fi
fi

if ${zvm_read} ${kernel_addr_r} ${zvm_prefix}${zvm_image}; then
	setenv zvm_ramdisk -
	if ${zvm_read} ${ramdisk_addr_r} ${zvm_prefix}${zvm_bundle}; then
		setenv zvm_ramdisk "${ramdisk_addr_r}:${filesize}"
	else
		echo "ZVM: no ${zvm_bundle}, there will be no VMs"
	fi
	booti ${kernel_addr_r} ${zvm_ramdisk} ${zvm_fdt}
	echo "ZVM: booti could not start it"
else
	echo "ZVM: no ${zvm_prefix}${zvm_image} by ${zvm_read}"
fi
