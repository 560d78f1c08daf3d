# The commands a person types. The build itself is described in meson.build.

BUILD := build
SANITIZED := build-sanitize
FUZZED := build-fuzz
THREADED := build-tsan
FUZZ_SECONDS := 60
FUZZ_RUNS := 30000
FUZZ_OPTIONS = -Dfuzz_runs=0 -Dfuzz_seconds=$(FUZZ_SECONDS)
CLANG_FORMAT := clang-format

sources = $(shell find include src tests bench scripts -name '*.[ch]')
web_sources = $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/tests -prune -o -type f -print)

.PHONY: all web packages packages-test packages-dev test stress validation sanitize fuzz fuzz-build tsan tsan-build valgrind format format-check clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(QUIET)

$(BUILD)/build.ninja:
	meson setup $(BUILD)

# The front end, which the program holds: needs npm. web/dist is part of the repository; commit what this makes of changed sources.
web: web/dist/files.txt

web/dist/files.txt: web/node_modules/.package-lock.json $(web_sources)
	cd web && npm run build

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci
	@touch $@

packages:
	@scripts/install_packages.sh

packages-test:
	@scripts/install_packages.sh --test

packages-dev:
	@scripts/install_packages.sh --dev

# Everything, from a bare machine; the last line is `N passed, N failed`. Besides the build that people use: FUZZ_RUNS inputs from one seed
# for each fuzz target with clang's sanitizers (`make fuzz` searches from a new seed), and the threads under ThreadSanitizer.
test: packages-test
	@$(MAKE) --no-print-directory all tsan-build
	@$(MAKE) --no-print-directory fuzz-build FUZZ_OPTIONS=-Dfuzz_runs=$(FUZZ_RUNS)
	@tests/run_all.sh $(BUILD) $(FUZZED):fuzz $(THREADED):threads

# The main job: today's scenario against the shock battery. Each call writes a new folder runs/SCENARIO-N, and its report runs/SCENARIO-N.html, which the
# last line names.
stress: packages
	@$(MAKE) --no-print-directory all QUIET=--quiet
	$(BUILD)/lodestone stress data/world

# The back-tests with their pictures and tables, which docs/validation.md shows.
validation: packages
	@$(MAKE) --no-print-directory all QUIET=--quiet
	$(BUILD)/lodestone backtest data/world --pictures docs/validation

# AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize: packages
	@test -e $(SANITIZED)/build.ninja || meson setup $(SANITIZED) -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C $(SANITIZED)
	@tests/run_all.sh $(SANITIZED)

# Searches for inputs that crash a reader, with clang's libFuzzer and sanitizers: FUZZ_SECONDS for each of its targets.
fuzz: packages-test fuzz-build
	@tests/run_all.sh $(FUZZED):fuzz

fuzz-build:
	@test -e $(FUZZED)/build.ninja || CC=clang meson setup $(FUZZED) -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
	@meson setup --reconfigure $(FUZZED) $(FUZZ_OPTIONS) >/dev/null
	@ninja -C $(FUZZED) --quiet fuzz-targets

# ThreadSanitizer.
tsan: packages tsan-build
	@tests/run_all.sh $(THREADED):threads

tsan-build:
	@test -e $(THREADED)/build.ninja || meson setup $(THREADED) -Db_sanitize=thread -Db_lundef=false >/dev/null
	@ninja -C $(THREADED) --quiet lodestone tests/test_insight tests/test_verbs tests/test_team tests/test_ensemble tests/test_whatif tests/serve/fake_server

# Unit tests, and check, clear and run on small worlds, under valgrind (make packages-dev).
valgrind: packages-dev
	@$(MAKE) --no-print-directory all
	@tests/run_valgrind.sh $(BUILD)

format:
	$(CLANG_FORMAT) -i $(sources)

format-check:
	$(CLANG_FORMAT) --dry-run --Werror $(sources)

clean:
	rm -rf build build-*
