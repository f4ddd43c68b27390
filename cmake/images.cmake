# SPDX-License-Identifier: Apache-2.0
# The images of the tree. An application directory is src/*.c and prj.conf, as in Zephyr.
# clang's code is a little larger than gcc's, for which the limit is.
set(host_max MAX 262144)
if(CMAKE_C_COMPILER_ID MATCHES Clang)
	set(host_max)
endif()
zvm_image(NAME zvm_host    APP apps/host     EL 2 ${host_max})
zvm_image(NAME rtos        APP apps/rtos     EL 1)
zvm_image(NAME rt_demo_el1 APP apps/rt_demo  EL 1)
zvm_image(NAME rt_demo_el2 APP apps/rt_demo  EL 2)
zvm_image(NAME ktest_el1   APP tests/kernel  EL 1)
zvm_image(NAME ktest_el2   APP tests/kernel  EL 2)
zvm_image(NAME bench_el1   APP apps/bench    EL 1)
zvm_image(NAME bench_el2   APP apps/bench    EL 2)
zvm_image(NAME exit_bench  APP apps/exit_bench EL 2)
zvm_image(NAME sys_bench   APP apps/sys_bench EL 1)
zvm_image(NAME bench_host  APP apps/bench_host EL 2)
zvm_image(NAME rt_guest    APP apps/rt_guest EL 1)

# The guest's task is measured by what measures the host's.
target_sources(rt_guest_app PRIVATE ${CMAKE_SOURCE_DIR}/apps/bench_host/src/rt_meter.c)

# No thread of the benchmark uses FP registers, whatever a compiler likes to copy structures with: switching them is not
# what it measures, nor what Zephyr's does.
foreach(bench bench_el1_app bench_el2_app sys_bench_app bench_host_app rt_guest_app)
	if(TARGET ${bench})
		target_compile_options(${bench} PRIVATE -mgeneral-regs-only)
	endif()
endforeach()
