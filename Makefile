# SPDX-License-Identifier: Apache-2.0
# The front door: `make help`. The build itself is CMakeLists.txt and cmake/.

BUILD ?= build
COMPILER ?= gcc
EL ?= 1
SMP ?= 4
MEM ?= 2G
CPU ?= max
BUNDLE ?= $(BUILD)/bundle.cpio

.DEFAULT_GOAL := help
.PHONY: help build run run-debian run-rtos run-app app test test-unit test-target test-fresh fuzz bench bench-compare check format \
	debugserver debug clean
.NOTPARALLEL:

help: ## this list
	@echo "ZVM, a real-time hypervisor for ARMv8.1 and later"
	@echo
	@sed -n 's/^\([a-z%-]*\):[^#]*## \(.*\)/\1 \2/p' $(MAKEFILE_LIST) | sed 's/%/NAME/' | \
		while read -r target text; do printf '  make %-14s %s\n' "$$target" "$$text"; done
	@echo
	@echo "  bench-NAME: $(sort $(subst _,-,$(notdir $(basename $(wildcard bench/scenarios/*.py)))))"
	@echo "  BUILD=$(BUILD) COMPILER=$(COMPILER) (gcc, clang) CPU=$(CPU) SMP=$(SMP) MEM=$(MEM)"
	@echo "  BUNDLE=$(BUNDLE) QEMU=... may be given"

ifeq ($(filter gcc clang,$(COMPILER)),)
$(error COMPILER=$(COMPILER): must be gcc or clang)
endif

# $(call made,TARGETS): configures $(BUILD) once, where ninja sees by itself what changed afterwards, and builds. One make at a
# time: ninja does not lock its directory. A compiler that is asked for is that of the directory, or it is said.
made = mkdir -p $(BUILD) && exec 9>$(BUILD)/.lock && \
	{ flock -n 9 || { echo "waiting for another make in $(BUILD)"; flock 9; }; } && \
	if test ! -f $(BUILD)/build.ninja; then \
		echo "building in $(BUILD): a minute or two, the first time"; \
		cmake -G Ninja -S . -B $(BUILD) -DZVM_COMPILER=$(COMPILER) >$(BUILD)/cmake.log 2>&1 || { cat $(BUILD)/cmake.log; exit 1; }; \
	fi && $(if $(filter file,$(origin COMPILER)),,\
	{ grep -q '^ZVM_COMPILER:STRING=$(COMPILER)$$' $(BUILD)/CMakeCache.txt || { \
		echo "make: $(BUILD) was made with another compiler than $(COMPILER), which wants a BUILD=DIR of its own" >&2; exit 2; }; } && )\
	ninja -C $(BUILD) --quiet $(1)

# The guests that come with ZVM: Debian's packages are downloaded the first time, into $(BUILD)/cache.
bundle := BUILD=$(BUILD) scripts/make-bundle

build: ## builds every image into build/ (zvm_host.elf, zvm_host.bin, ...) and the guests' bundle.cpio
	@scripts/setup build
	@$(call made,)
	@$(bundle)

run: ## builds ZVM and its guests and starts it in QEMU, its shell on this terminal (Ctrl+a x ends QEMU)
	@scripts/setup run
	@$(call made,zvm_host rtos)
	@$(bundle)
	@scripts/run --cpu $(CPU) --smp $(SMP) --mem $(MEM) --initrd $(BUNDLE) $(BUILD)/zvm_host.bin

run-debian: ## the same with a VM that has Debian on a disk, and a network card: docs/debian.md
	@scripts/setup debian
	@$(call made,zvm_host)
	@BUILD=$(BUILD) scripts/make-debian
	@scripts/run --cpu max,pauth-impdef=on --smp 2 --mem 1G --initrd $(BUILD)/debian/bundle.cpio $(BUILD)/zvm_host.bin -- \
		-global virtio-mmio.force-legacy=off \
		-drive if=none,id=disk,format=raw,file=$(BUILD)/debian/root.img -device virtio-blk-device,drive=disk \
		-netdev user,id=net -device virtio-net-device,netdev=net

run-rtos: ## the same kernel at EL1: the RTOS application on bare QEMU
	@scripts/setup run
	@$(call made,rtos)
	@scripts/run --el 1 --cpu $(CPU) --smp $(SMP) --mem $(MEM) $(BUILD)/rtos.bin

app: ## APP=DIR [EL=1|2] builds a Zephyr-style application into build/apps/<name>.elf and .bin
	@scripts/setup build
	@BUILD=$(BUILD) COMPILER=$(COMPILER) scripts/app "$(APP)" $(EL)

run-app: app ## APP=DIR [EL=1|2] builds it and starts it in QEMU
	@scripts/setup run
	@scripts/run --el $(EL) --cpu $(CPU) --smp $(SMP) --mem $(MEM) $(BUILD)/apps/$(notdir $(patsubst %/,%,$(APP))).bin

test: ## unit tests and fuzzing on this machine, then the images in QEMU
	@scripts/setup test
	@BUILD=$(BUILD) COMPILER=$(COMPILER) scripts/test

test-unit: ## only the unit tests, and fuzzing with the inputs that are always the same
	@scripts/setup test
	@BUILD=$(BUILD) COMPILER=$(COMPILER) scripts/test unit

test-target: ## only the tests in QEMU; T='pytest options' narrows them down
	@scripts/setup test
	@BUILD=$(BUILD) COMPILER=$(COMPILER) scripts/test target $(T)

fuzz: ## [TARGET=name] [SECONDS=60] looks for input that hurts; [INPUT=hex] tries one again: docs/testing.md
	@scripts/setup test
	@BUILD=$(BUILD) scripts/fuzz $(if $(INPUT),--input "$(INPUT)",--seconds $(or $(SECONDS),60)) $(TARGET)

test-fresh: ## `make run` and `make test` in a minimal Debian 12 and a minimal Debian 13 (as root)
	@scripts/setup fresh
	@scripts/test-fresh

bench: ## all benchmarks, bare metal against ZVM, exact instruction counts; rewrites docs/benchmarks.md
	@scripts/setup bench
	@COMPILER=$(COMPILER) bench/run.py --build $(BUILD) --report

bench-compare: ## BASE=old.json [NEW=new.json] what changed against an earlier run of the benchmarks
	@test -n "$(BASE)" || { echo "bench-compare: say BASE=FILE, the results.json of an earlier run" >&2; exit 2; }
	@scripts/setup bench
	@bench/compare.py "$(BASE)" "$(if $(NEW),$(NEW),$(BUILD)/bench/results.json)"

bench-%: ## one of the benchmarks, printed
	@scripts/setup bench
	@COMPILER=$(COMPILER) bench/run.py --build $(BUILD) $*

check: ## formatting, static analysis, layering, and a build with gcc and with clang
	@scripts/setup check
	@BUILD=$(BUILD) scripts/check

format: ## lets clang-format rewrite the sources
	@scripts/setup check
	@scripts/check --format

debugserver: ## like run, but QEMU waits for gdb on localhost:1234 (`make debug` in another terminal)
	@scripts/setup run
	@$(call made,zvm_host rtos)
	@$(bundle)
	@scripts/run --gdb --cpu $(CPU) --smp $(SMP) --mem $(MEM) --initrd $(BUNDLE) $(BUILD)/zvm_host.bin

debug: ## gdb for that, with commands for threads, VMs and guests (`help zvm`)
	@scripts/setup debug
	@gdb-multiarch $(BUILD)/zvm_host.elf -x scripts/gdb/zvm.py -ex 'target remote localhost:1234'

clean: ## removes build/
	rm -rf $(BUILD)
