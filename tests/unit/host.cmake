# SPDX-License-Identifier: Apache-2.0
#
# What it takes to compile parts of the tree for the machine that builds: flags, the configuration, libraries, devicetrees.
# Of tests/unit and tests/fuzz.

get_filename_component(TOP ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(FLAGS -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-strict-aliasing -Wall -Wextra -Wshadow -Wvla -Werror)
# Fortified calls of the host's C library would hide what the code does by itself.
list(APPEND FLAGS -U_FORTIFY_SOURCE)

# Kernels that randomise 32 bits of addresses put libraries where older sanitizers want their shadow: such a run ends before
# it begins. Without randomisation it does not; where that is forbidden (some containers), the tests run as they are.
execute_process(COMMAND setarch -R true RESULT_VARIABLE no_setarch OUTPUT_QUIET ERROR_QUIET)
if(no_setarch)
	set(FIXED_ADDRESSES)
else()
	set(FIXED_ADDRESSES setarch -R)
endif()

# ---- the host's libfdt: only the run-time library, the headers are the target's ------------------------------------------

find_library(LIBFDT NAMES libfdt.so.1 PATHS /usr/lib/${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu REQUIRED)
foreach(h fdt.h libfdt.h libfdt_env.h)
	configure_file(/usr/include/${h} ${CMAKE_BINARY_DIR}/include/${h} COPYONLY)
endforeach()

# libdeflate the same way.
find_library(LIBDEFLATE NAMES libdeflate.so.0 PATHS /usr/lib/${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu REQUIRED)
configure_file(/usr/include/libdeflate.h ${CMAKE_BINARY_DIR}/include/libdeflate.h COPYONLY)

# ---- the kernel's configuration ------------------------------------------------------------------------------------------------

set(AUTOCONF ${CMAKE_BINARY_DIR}/include/unit_autoconf.h)
file(WRITE ${CMAKE_BINARY_DIR}/unit.conf "CONFIG_SMP=y\nCONFIG_MP_MAX_NUM_CPUS=4\nCONFIG_ASSERT=y\n")
execute_process(
	COMMAND ${CMAKE_COMMAND} -E env ZVM_EL=1 /usr/bin/python3 ${TOP}/scripts/kconfig.py --kconfig ${TOP}/Kconfig
		--header ${AUTOCONF} --config ${CMAKE_BINARY_DIR}/unit.config ${CMAKE_BINARY_DIR}/unit.conf
	WORKING_DIRECTORY ${TOP} RESULT_VARIABLE kconfig_failed)
if(kconfig_failed)
	message(FATAL_ERROR "the configuration for the unit tests could not be made")
endif()
file(GLOB kconfigs CONFIGURE_DEPENDS ${TOP}/Kconfig ${TOP}/*/Kconfig*)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${kconfigs} ${TOP}/scripts/kconfig.py)
list(APPEND FLAGS -include ${AUTOCONF} -DZVM_ARCH_FAKE -DZVM_EL=1)

# ---- the C library's functions that we have ourselves, under other names ------------------------------------------------------------

set(RENAMED_FUNCTIONS
	memcpy memmove memset memcmp memchr memrchr strlen strnlen strcpy strncpy strlcpy strlcat strcat strncat strcmp
	strncmp strcasecmp strncasecmp strcoll strchr strrchr strstr strspn strcspn strpbrk strtok_r strerror
	strtol strtoul strtoll strtoull atoi atol atoll abs labs llabs div ldiv qsort qsort_r bsearch rand rand_r srand abort
	snprintf vsnprintf sprintf vsprintf)
list(TRANSFORM RENAMED_FUNCTIONS REPLACE "(.+)" "-D\\1=zt_\\1")

# ---- devicetrees, made at build time ----------------------------------------------------------------------------------------

file(GLOB trees CONFIGURE_DEPENDS ${TOP}/tests/unit/dts/*.dts)
set(blobs)
foreach(dts ${trees})
	get_filename_component(base ${dts} NAME_WE)
	add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/dtb/${base}.dtb
		COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/dtb
		COMMAND dtc -q -f -I dts -O dtb -o ${CMAKE_BINARY_DIR}/dtb/${base}.dtb ${dts}
		DEPENDS ${dts} VERBATIM)
	list(APPEND blobs ${CMAKE_BINARY_DIR}/dtb/${base}.dtb)
endforeach()
add_custom_target(trees DEPENDS ${blobs})

# A test that is not run is worse than none: each file tests/DIRECTORY/PREFIX*.c has its line, a call of FUNCTION.
function(all_of DIRECTORY PREFIX FUNCTION)
	file(GLOB files CONFIGURE_DEPENDS ${TOP}/tests/${DIRECTORY}/${PREFIX}*.c)
	foreach(f ${files})
		get_filename_component(target ${f} NAME_WE)
		if(NOT TARGET ${target})
			message(FATAL_ERROR "tests/${DIRECTORY}/${target}.c: no ${FUNCTION}() in tests/${DIRECTORY}/CMakeLists.txt")
		endif()
	endforeach()
endfunction()
