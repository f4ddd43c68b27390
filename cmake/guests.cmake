# SPDX-License-Identifier: Apache-2.0
#
# guest_image(NAME file...) makes guest_NAME.elf and guest_NAME.bin of tests/guest/<file> and tests/guest/lib: a small
# program for EL1 that runs as a guest and on bare QEMU. The target `guests` makes all of them.

include_guard()
set(GUEST_DIR ${CMAKE_SOURCE_DIR}/tests/guest)
# Not where the hypervisor itself lies, so that addresses in a trace tell which of the two it was.
set(GUEST_LINK_BASE 0x41000000)
file(GLOB GUEST_LIB CONFIGURE_DEPENDS ${GUEST_DIR}/lib/*.c ${GUEST_DIR}/lib/*.S)
add_custom_target(guests)

add_library(guest_lib OBJECT ${GUEST_LIB})
set(GUEST_FLAGS -march=armv8-a -ffreestanding -fPIE -fvisibility=hidden -fno-common -fno-stack-protector
	-mno-outline-atomics -mbranch-protection=none -fno-asynchronous-unwind-tables -fno-strict-aliasing
	-fno-builtin -fno-tree-loop-distribute-patterns -g -fmacro-prefix-map=${GUEST_DIR}/=
	-DGUEST_LINK_BASE=${GUEST_LINK_BASE} -I${GUEST_DIR}/lib)
set(GUEST_FLAGS_C -std=gnu11 -O2 -mgeneral-regs-only -mstrict-align -Wall -Wextra -Wno-unused-parameter
	-Wmissing-prototypes -Werror)
if(CMAKE_C_COMPILER_ID MATCHES Clang)
	list(APPEND GUEST_FLAGS -Wno-unused-command-line-argument)
	list(REMOVE_ITEM GUEST_FLAGS -fno-tree-loop-distribute-patterns)
	list(APPEND GUEST_FLAGS_C -Wno-gnu -Wno-asm-operand-widths)
endif()

function(guest_flags TARGET)
	target_compile_options(${TARGET} PRIVATE ${GUEST_FLAGS} $<$<COMPILE_LANGUAGE:C>:${GUEST_FLAGS_C}>)
endfunction()
guest_flags(guest_lib)

function(guest_image NAME)
	list(TRANSFORM ARGN PREPEND ${GUEST_DIR}/ OUTPUT_VARIABLE sources)
	add_executable(guest_${NAME} ${sources} $<TARGET_OBJECTS:guest_lib>)
	guest_flags(guest_${NAME})
	set_target_properties(guest_${NAME} PROPERTIES OUTPUT_NAME guest_${NAME}.elf SUFFIX "" LINKER_LANGUAGE C
		LINK_DEPENDS ${GUEST_DIR}/lib/guest.ld)
	target_link_options(guest_${NAME} PRIVATE ${zvm_target} -nostdlib -static-pie -Wl,-z,max-page-size=4096
		-Wl,-z,norelro -Wl,--build-id=none -Wl,--no-warn-rwx-segments
		-Wl,--defsym=GUEST_LINK_BASE=${GUEST_LINK_BASE} -Wl,-T,${GUEST_DIR}/lib/guest.ld)
	add_custom_command(TARGET guest_${NAME} POST_BUILD
		COMMAND ${CMAKE_OBJCOPY} -O binary guest_${NAME}.elf guest_${NAME}.bin
		WORKING_DIRECTORY ${CMAKE_BINARY_DIR} BYPRODUCTS ${CMAKE_BINARY_DIR}/guest_${NAME}.bin VERBATIM)
	add_dependencies(guests guest_${NAME})
endfunction()

guest_image(context context.c)
guest_image(debug debug.c)
guest_image(exits exits.c exits_ops.S)
guest_image(gic_irq gic_irq.c)
guest_image(gic_regs gic_regs.c)
guest_image(gic_smp gic_smp.c)
guest_image(gic_timer gic_timer.c)
guest_image(hostile hostile.c)
guest_image(mmio mmio.c)
guest_image(neighbour neighbour.c)
guest_image(passthrough passthrough.c)
guest_image(psci psci.c)
guest_image(stage2 stage2.c)
guest_image(storm storm.c)
guest_image(sysreg sysreg.c)
guest_image(timer timer.c)
