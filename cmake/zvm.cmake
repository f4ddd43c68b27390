# SPDX-License-Identifier: Apache-2.0
#
# zvm_image(NAME <n> APP <dir> EL <1|2> [MAX <bytes>] [FOREIGN]) makes <n>.elf and <n>.bin in the build directory of
#
#   lib/**.c  arch/arm64/**.{c,S}  kernel/**.c  drivers/**.c     always
#   shell/**.c                                                   if CONFIG_SHELL
#   hyp/**.c  vdev/**.c                                          if CONFIG_ZVM
#   lib/ztest/**.c                                               if CONFIG_ZTEST
#   <dir>/src/*.c                                                the application, options from <dir>/prj.conf
#
# MAX: the build fails when <n>.bin is larger.
# New files are found by the next build by themselves. A file that belongs to an option says so itself (#ifdef CONFIG_X
# around its body), or lies in a directory that is listed above.
#
# Generated per image configuration (build/gen/<key>/, on the include path):
#   autoconf.h      CONFIG_* of Kconfig and prj.conf; force-included in every C and assembly file
#   asm-offsets.h   from arch/arm64/offsets.c: every line `->NAME VALUE` that its assembly output holds becomes a
#                   #define. The C side is: asm volatile("\n.ascii \"->" #sym " %0\"" : : "i"(value))
#   <x>.dtb         from arch/arm64/<x>.dts, for .incbin "<x>.dtb"
# and for all (build/include/): libfdt's headers and zvm_version.h.
#
# Images whose EL and configuration are equal share the objects of everything but the application.

include_guard()

# Debian's interpreter on purpose: a pyenv or conda python in PATH does not see Debian's python3-* packages.
set(ZVM_PYTHON /usr/bin/python3)
set(ZVM_GEN ${CMAKE_BINARY_DIR}/gen)

# ---- flags ---------------------------------------------------------------------------------------------------------

# What fixes the ABI and the code model; applications are compiled with these too.
set(ZVM_FLAGS_MACHINE
	-march=armv8.1-a -ffreestanding -fPIE -fvisibility=hidden -fno-common
	-fno-stack-protector -fno-omit-frame-pointer -mno-outline-atomics -mbranch-protection=none
	-fno-asynchronous-unwind-tables -falign-functions=4 -falign-jumps=4 -falign-loops=4 -fno-strict-aliasing -ffunction-sections -fdata-sections
	-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
set(ZVM_FLAGS_C ${ZVM_FLAGS_MACHINE} -std=gnu11 -O2 -g)
set(ZVM_FLAGS_KERNEL -mgeneral-regs-only
	-Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wvla -Werror)
set(ZVM_FLAGS_APP -Wall)
set(ZVM_FLAGS_OWN_APP -Wextra -Wno-unused-parameter -Werror)
set(ZVM_INCLUDES ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/include/libc
	${CMAKE_SOURCE_DIR})
# Others' headers and generated ones: no warnings from there.
set(ZVM_SYSTEM_INCLUDES -isystem ${CMAKE_BINARY_DIR}/include)

if(CMAKE_C_COMPILER_ID MATCHES Clang)
	set(zvm_target --target=${CMAKE_C_COMPILER_TARGET})
	# gcc's notion of -Wconversion, so that one source satisfies both: no complaint about signedness.
	list(APPEND ZVM_FLAGS_KERNEL -Wno-sign-conversion)
	# Zephyr's own headers and tests rely on GNU extensions that clang alone calls out.
	list(APPEND ZVM_FLAGS_C -Wno-gnu -Wno-unused-command-line-argument)
	# clang has no -falign-jumps, and says so.
	list(APPEND ZVM_FLAGS_MACHINE -Wno-ignored-optimization-argument)
	list(APPEND ZVM_FLAGS_C -Wno-ignored-optimization-argument)
	set(zvm_link)
else()
	set(zvm_target)
	# Debian's gcc has the linker work around an erratum of Cortex-A53, which is no ARMv8.1: a page of padding in the image
	# as soon as one ADRP is the last word but one of its page.
	set(zvm_link -mno-fix-cortex-a53-843419)
endif()

# Files that are built for size, by their path.
set(ZVM_RARE
	"/(shell|drivers/(uart|firmware|timer|rtc)|vdev)/[^/]*\\.c$"
	"/lib/(fdt|cpio|printf|snprintf|multi_heap|bitarray|memmap|utf8|hex|ring_buffer|chacha)[^/]*\\.c$"
	"/lib/libc/(string|strtol|stdlib|strerror|stdio)\\.c$"
	"/arch/arm64/(boot|bus_error|efi|error|mmu|cpu|pgtable|idregs|smc)\\.c$"
	"/kernel/(device|mem_init|init|extent|fatal|halt|log|smp|stack_alloc|thread_info|con|print|power|workq|irq|random|entropy)[a-z_]*\\.c$"
	"/hyp/(a32|bundle|passthrough|vmdef|loader|image|guest_dtb|guest_mem|vm|idregs|vdev|vconsole|vpsci|trng|alloc|fault|init|inject|mmio|exit|serror|stage2|vgic_mmio|vgic_later)[a-z0-9_]*\\.c$"
	"/(hyp/vgic|kernel/mem|arch/arm64/stage2)\\.c$")
list(JOIN ZVM_RARE "|" ZVM_RARE)
# Of these, what exits, interrupts or kernel primitives come through.
set(ZVM_RARE_HOT "/(vdev/[^/]*|(hyp|kernel)/(irq|condvar|con[a-z]*|mmio[a-z_]*|exit|vgic[a-z_]*|vpsci|vconsole|vdev[a-z_]*|inject|stage2|trng|mem))\\.c$")
# Even with -Os gcc 12 keeps addresses in registers that it has to save for that, and copies code so that no test is made
# twice. Where it does not, it sees variables without a value that are none.
set(ZVM_FLAGS_SMALL -Os)
set(ZVM_FLAGS_RARE -Os)
if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
	list(APPEND ZVM_FLAGS_SMALL -fno-move-loop-invariants)
	list(APPEND ZVM_FLAGS_RARE -fno-move-loop-invariants -fno-thread-jumps -fno-shrink-wrap -Wno-maybe-uninitialized)
endif()

# ---- things that are made once ---------------------------------------------------------------------------------------

# libfdt: the archive of Debian's libfdt-dev:arm64. Only its three headers may be seen: /usr/include is the host's.
foreach(h fdt.h libfdt.h libfdt_env.h)
	configure_file(/usr/include/${h} ${CMAKE_BINARY_DIR}/include/${h} COPYONLY)
endforeach()
find_file(ZVM_LIBFDT libfdt.a PATHS /usr/lib/aarch64-linux-gnu NO_DEFAULT_PATH REQUIRED NO_CMAKE_FIND_ROOT_PATH)
# libdeflate the same way, of libdeflate-dev:arm64: guests' gzip images.
configure_file(/usr/include/libdeflate.h ${CMAKE_BINARY_DIR}/include/libdeflate.h COPYONLY)
find_file(ZVM_LIBDEFLATE libdeflate.a PATHS /usr/lib/aarch64-linux-gnu NO_DEFAULT_PATH REQUIRED
	NO_CMAKE_FIND_ROOT_PATH)

add_custom_target(zvm_version BYPRODUCTS ${CMAKE_BINARY_DIR}/include/zvm_version.h
	COMMAND ${CMAKE_COMMAND} -DTOP=${CMAKE_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
		"-DCOMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}"
		-DOUT=${CMAKE_BINARY_DIR}/include/zvm_version.h -P ${CMAKE_SOURCE_DIR}/cmake/version.cmake
	COMMENT "version" VERBATIM)

# ---- one configuration -----------------------------------------------------------------------------------------------

# Resolves Kconfig for one prj.conf; sets OUT_KEY to the name of this (EL, configuration) pair and leaves its
# autoconf.h in ${ZVM_GEN}/<key>/. A changed Kconfig or prj.conf configures anew by itself.
function(zvm_configure NAME APP EL FOREIGN OUT_KEY)
	file(GLOB_RECURSE kconfigs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/Kconfig
		${CMAKE_SOURCE_DIR}/lib/Kconfig* ${CMAKE_SOURCE_DIR}/arch/Kconfig*
		${CMAKE_SOURCE_DIR}/kernel/Kconfig* ${CMAKE_SOURCE_DIR}/drivers/Kconfig*
		${CMAKE_SOURCE_DIR}/hyp/Kconfig* ${CMAKE_SOURCE_DIR}/shell/Kconfig*)
	file(GLOB conf CONFIGURE_DEPENDS ${APP}/prj.conf)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
		${kconfigs} ${conf} ${CMAKE_SOURCE_DIR}/scripts/kconfig.py)
	set(strict --strict)
	if(FOREIGN)
		set(strict)
	endif()
	file(MAKE_DIRECTORY ${ZVM_GEN}/image)
	execute_process(
		COMMAND ${CMAKE_COMMAND} -E env ZVM_EL=${EL} ${ZVM_PYTHON} ${CMAKE_SOURCE_DIR}/scripts/kconfig.py
			${strict} --kconfig ${CMAKE_SOURCE_DIR}/Kconfig --header ${ZVM_GEN}/image/${NAME}.h
			--config ${ZVM_GEN}/image/${NAME}.config ${conf}
		RESULT_VARIABLE rc)
	if(NOT rc EQUAL 0)
		message(FATAL_ERROR "the configuration of ${NAME} is wrong, see the lines above")
	endif()
	file(SHA256 ${ZVM_GEN}/image/${NAME}.h hash)
	string(SUBSTRING ${hash} 0 8 hash)
	set(key el${EL}_${hash})
	file(COPY_FILE ${ZVM_GEN}/image/${NAME}.h ${ZVM_GEN}/${NAME}.tmp)
	file(MAKE_DIRECTORY ${ZVM_GEN}/${key})
	if(EXISTS ${ZVM_GEN}/${key}/autoconf.h)
		file(REMOVE ${ZVM_GEN}/${NAME}.tmp)
	else()
		file(RENAME ${ZVM_GEN}/${NAME}.tmp ${ZVM_GEN}/${key}/autoconf.h)
	endif()
	file(STRINGS ${ZVM_GEN}/image/${NAME}.config lines REGEX "^CONFIG_(SHELL|ZTEST|ZVM|ZVM_TINY_CODE)=y")
	set(ZVM_CONFIG_SET ${lines} PARENT_SCOPE)
	set(${OUT_KEY} ${key} PARENT_SCOPE)
endfunction()

# The object library zvm_<key>: everything but the application, for one (EL, configuration) pair.
function(zvm_kernel KEY EL)
	if(TARGET zvm_${KEY})
		return()
	endif()
	set(top ${CMAKE_SOURCE_DIR})
	set(gen ${ZVM_GEN}/${KEY})
	set(arch ${top}/arch/arm64)

	file(GLOB_RECURSE sources CONFIGURE_DEPENDS
		${top}/lib/*.c ${arch}/*.c ${arch}/*.S ${top}/kernel/*.c ${top}/drivers/*.c)
	file(GLOB_RECURSE shell CONFIGURE_DEPENDS ${top}/shell/*.c)
	list(FILTER sources EXCLUDE REGEX "/arch/arm64/offsets\\.c$")
	if("CONFIG_SHELL=y" IN_LIST ZVM_CONFIG_SET)
		list(APPEND sources ${shell})
	endif()
	file(GLOB_RECURSE hyp CONFIGURE_DEPENDS ${top}/hyp/*.c ${top}/vdev/*.c)
	if("CONFIG_ZVM=y" IN_LIST ZVM_CONFIG_SET)
		list(APPEND sources ${hyp})
	endif()
	if(NOT "CONFIG_ZTEST=y" IN_LIST ZVM_CONFIG_SET)
		list(FILTER sources EXCLUDE REGEX "/lib/ztest/")
	endif()

	set(defs -DZVM_EL=${EL} -include ${gen}/autoconf.h ${ZVM_SYSTEM_INCLUDES})
	set(model)
	if("CONFIG_ZVM_TINY_CODE=y" IN_LIST ZVM_CONFIG_SET)
		set(model -mcmodel=tiny)
	endif()
	set(incs ${ZVM_INCLUDES} ${gen})
	list(TRANSFORM incs PREPEND -I OUTPUT_VARIABLE inc_flags)

	set(generated)
	if(EXISTS ${arch}/offsets.c)
		add_custom_command(OUTPUT ${gen}/asm-offsets.h
			COMMAND ${CMAKE_C_COMPILER} ${zvm_target} ${ZVM_FLAGS_C} ${ZVM_FLAGS_KERNEL} -g0 ${defs} ${inc_flags}
				-MD -MF ${gen}/offsets.d -MT ${gen}/asm-offsets.h -S -o ${gen}/offsets.s ${arch}/offsets.c
			COMMAND ${CMAKE_COMMAND} -DIN=${gen}/offsets.s -DOUT=${gen}/asm-offsets.h
				-P ${top}/cmake/offsets.cmake
			DEPENDS ${arch}/offsets.c ${top}/cmake/offsets.cmake ${gen}/autoconf.h
			DEPFILE ${gen}/offsets.d VERBATIM COMMENT "asm-offsets.h (${KEY})")
		list(APPEND generated ${gen}/asm-offsets.h)
	endif()
	file(GLOB trees CONFIGURE_DEPENDS ${arch}/*.dts)
	foreach(dts ${trees})
		get_filename_component(base ${dts} NAME_WE)
		add_custom_command(OUTPUT ${gen}/${base}.dtb
			COMMAND dtc -q -I dts -O dtb -o ${gen}/${base}.dtb ${dts}
			DEPENDS ${dts} VERBATIM COMMENT "${base}.dtb (${KEY})")
		list(APPEND generated ${gen}/${base}.dtb)
	endforeach()

	add_library(zvm_${KEY} OBJECT ${sources} ${generated})
	add_dependencies(zvm_${KEY} zvm_version)
	target_include_directories(zvm_${KEY} PRIVATE ${incs})
	target_compile_options(zvm_${KEY} PRIVATE ${defs}
		$<$<COMPILE_LANGUAGE:C>:${ZVM_FLAGS_C};${ZVM_FLAGS_KERNEL};${model}>
		$<$<COMPILE_LANGUAGE:ASM>:${ZVM_FLAGS_MACHINE};-g;-D_ASMLANGUAGE;-Wa,-I,${gen}>)

	# What runs when a person types, at start-up or when a VM is made is built for size: the image is small, and its hot
	# paths share the instruction cache with nobody they need not.
	set(rare ${sources})
	list(FILTER rare INCLUDE REGEX "${ZVM_RARE}")
	foreach(s ${rare})
		if(s MATCHES "${ZVM_RARE_HOT}")
			set_property(SOURCE ${s} APPEND PROPERTY COMPILE_OPTIONS ${ZVM_FLAGS_SMALL})
		else()
			set_property(SOURCE ${s} APPEND PROPERTY COMPILE_OPTIONS ${ZVM_FLAGS_RARE})
		endif()
	endforeach()

	if(ZVM_BUNDLE)
		get_filename_component(bundle ${ZVM_BUNDLE} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
		set_property(SOURCE ${top}/hyp/bundle_builtin.c PROPERTY COMPILE_DEFINITIONS ZVM_BUNDLE="${bundle}")
		set_property(SOURCE ${top}/hyp/bundle_builtin.c PROPERTY OBJECT_DEPENDS ${bundle})
	endif()

	# Before the MMU is on every access is to Device memory: none may be unaligned (Arm ARM DDI 0487, B2.5.2 at the
	# time of writing "Alignment of data accesses"). The first tables are far from them.
	foreach(early ${arch}/boot.c ${arch}/mmu.c ${arch}/pgtable.c)
		if(EXISTS ${early})
			set_property(SOURCE ${early} APPEND PROPERTY COMPILE_OPTIONS -mstrict-align -mcmodel=small)
		endif()
	endforeach()
	foreach(s ${sources})
		if(s MATCHES "\\.S$")
			set_property(SOURCE ${s} APPEND PROPERTY OBJECT_DEPENDS "${generated}")
		endif()
	endforeach()

	add_custom_command(OUTPUT ${gen}/link.ld
		COMMAND ${CMAKE_C_COMPILER} ${zvm_target} -E -P -x assembler-with-cpp -D_ASMLANGUAGE -D_LINKER
			-DZVM_LINK_BASE=${ZVM_LINK_BASE} ${defs} ${inc_flags}
			-MD -MF ${gen}/link.d -MT ${gen}/link.ld -o ${gen}/link.ld ${arch}/link.ld
		DEPENDS ${arch}/link.ld ${generated} ${gen}/autoconf.h
		DEPFILE ${gen}/link.d VERBATIM COMMENT "link.ld (${KEY})")
	add_custom_target(zvm_${KEY}_link DEPENDS ${gen}/link.ld)
endfunction()

# ---- one image -------------------------------------------------------------------------------------------------------

function(zvm_image)
	cmake_parse_arguments(I "FOREIGN" "NAME;APP;EL;MAX" "" ${ARGN})
	if(NOT I_EL MATCHES "^[12]$")
		message(FATAL_ERROR "${I_NAME}: EL is 1 or 2, not '${I_EL}'")
	endif()
	get_filename_component(app ${I_APP} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
	file(GLOB app_sources CONFIGURE_DEPENDS ${app}/src/*.c)
	if(NOT app_sources)
		if(I_FOREIGN)
			message(FATAL_ERROR "${app}: no src/*.c there; an application is a directory with src/*.c and prj.conf")
		endif()
		message(WARNING "${I_NAME}: ${app}/src has no C file, image left out")
		return()
	endif()

	zvm_configure(${I_NAME} ${app} ${I_EL} "${I_FOREIGN}" key)
	zvm_kernel(${key} ${I_EL})
	set(gen ${ZVM_GEN}/${key})

	add_library(${I_NAME}_app OBJECT ${app_sources})
	add_dependencies(${I_NAME}_app zvm_version)
	target_include_directories(${I_NAME}_app PRIVATE ${app} ${app}/src ${app}/include ${ZVM_INCLUDES} ${gen})
	target_compile_options(${I_NAME}_app PRIVATE -DZVM_EL=${I_EL} -include ${gen}/autoconf.h ${ZVM_SYSTEM_INCLUDES}
		${ZVM_FLAGS_C} ${ZVM_FLAGS_APP})
	if(NOT I_FOREIGN)
		# Others' code is written for -Wall, as Zephyr has it.
		target_compile_options(${I_NAME}_app PRIVATE ${ZVM_FLAGS_OWN_APP})
	endif()

	# The linker script includes what this makes of the objects' iterable sections.
	set(objects $<TARGET_OBJECTS:zvm_${key}> $<TARGET_OBJECTS:${I_NAME}_app>)
	set(lists ${ZVM_GEN}/image/${I_NAME})
	add_custom_command(OUTPUT ${lists}/iterables_ro.ld ${lists}/iterables_rw.ld
		COMMAND ${ZVM_PYTHON} ${CMAKE_SOURCE_DIR}/scripts/gen_iterables.py ${lists} ${objects}
		DEPENDS ${objects} ${CMAKE_SOURCE_DIR}/scripts/gen_iterables.py
		COMMAND_EXPAND_LISTS VERBATIM COMMENT "iterable sections of ${I_NAME}")

	add_executable(${I_NAME} ${objects} ${lists}/iterables_ro.ld ${lists}/iterables_rw.ld)
	add_dependencies(${I_NAME} zvm_${key} zvm_${key}_link)
	set_target_properties(${I_NAME} PROPERTIES OUTPUT_NAME ${I_NAME}.elf SUFFIX "" LINKER_LANGUAGE C
		LINK_DEPENDS "${gen}/link.ld;${lists}/iterables_ro.ld;${lists}/iterables_rw.ld")
	target_link_options(${I_NAME} PRIVATE ${zvm_target} ${zvm_link} -nostdlib -static-pie -Wl,--gc-sections
		-Wl,-z,max-page-size=4096 -Wl,-z,norelro -Wl,--build-id=none -Wl,--no-warn-rwx-segments
		-Wl,-T,${gen}/link.ld -L${lists} -Wl,-Map,${CMAKE_BINARY_DIR}/${I_NAME}.map)
	target_link_libraries(${I_NAME} PRIVATE ${ZVM_LIBFDT} ${ZVM_LIBDEFLATE})
	add_custom_command(TARGET ${I_NAME} POST_BUILD
		COMMAND ${ZVM_PYTHON} ${CMAKE_SOURCE_DIR}/scripts/pack_relocs.py ${I_NAME}.elf ${I_MAX}
		COMMAND ${CMAKE_OBJCOPY} -O binary ${I_NAME}.elf ${I_NAME}.bin
		WORKING_DIRECTORY ${CMAKE_BINARY_DIR} BYPRODUCTS ${CMAKE_BINARY_DIR}/${I_NAME}.bin VERBATIM)
endfunction()
