# The short way in. `make demo` and `make check` do all the set-up on a fresh Debian 12.
PREFIX ?= /usr/local
DESTDIR ?=
# The bridge that the demo shows, quorum or optimistic, and the chain it runs on: regtest-node (embedded) or bitcoind
# (on PATH).
MODE ?= quorum
NODE ?= regtest-node
JOBS ?= $(shell nproc)

.PHONY: all deps configure build demo check check-asan bench fuzz install format lint completions clean

all: build

deps:
	@.ci/deps build

configure: deps
	@cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }

# The programs alone; `check` builds the tests as well.
build: configure
	@cmake --build build --parallel $(JOBS) --target programs

demo: build
	@cmake --build build --parallel $(JOBS) --target $(if $(filter optimistic,$(MODE)),dishonest,programs)
	@NODE=$(NODE) tests/demo/$(MODE).sh build/demo

# One test more than there are processors: programs that wait for a node leave theirs to others. At the end: what was
# skipped, and why.
check: configure check-asan
	@cmake --build build --parallel $(JOBS)
	@cd build && ctest --output-on-failure --parallel $$(($(JOBS) + 1)); failed=$$?; ../tests/skipped.sh . asan; exit $$failed

# The unit tests again under AddressSanitizer and UndefinedBehaviorSanitizer.
check-asan: deps
	@mkdir -p build/asan
	@cmake --preset asan -DPEGKIT_DEPS=$(CURDIR)/build/deps >build/asan/configure.log || { cat build/asan/configure.log; exit 1; }
	@cmake --build build/asan --parallel $(JOBS) --target unit_tests
	@cd build/asan && ctest --output-on-failure --parallel $(JOBS) -L 'unit|vectors'

bench: deps
	@cmake --preset bench >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build build --parallel $(JOBS)
	@build/bench

# Each fuzz target for FUZZ_SECONDS.
FUZZ_SECONDS ?= 30
fuzz:
	@.ci/deps build clang libclang-rt-dev
	@mkdir -p build/fuzz
	@cmake --preset fuzz -DPEGKIT_DEPS=$(CURDIR)/build/deps >build/fuzz/configure.log || { cat build/fuzz/configure.log; exit 1; }
	@cmake --build build/fuzz --parallel $(JOBS) --target fuzzers
	@for target in build/fuzz/bin/fuzz_*; do \
	  mkdir -p $$target.corpus && $$target -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -print_final_stats=1 \
	    -artifact_prefix=$$target.crash- $$target.corpus || exit 1; \
	done

install: build
	@DESTDIR=$(DESTDIR) cmake --install build --prefix $(PREFIX)

# Writes the completions again after an option has changed.
completions: build
	@tests/completions.sh --write build/bin

format:
	@.ci/deps build clang-format
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

lint: configure
	@.ci/deps build clang-format clang-tidy
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror
	@git ls-files 'libcore/*.cpp' 'tools/*.cpp' | xargs -P $(JOBS) -n 4 clang-tidy --quiet -p build --extra-arg=-Wno-unknown-warning-option

clean:
	@rm -rf build
