# The commands a person types. The build itself is described in meson.build.

BUILD := build
SANITIZED := build-sanitize
CLANG_FORMAT := clang-format

sources = $(shell find include src tests -name '*.[ch]')

.PHONY: all packages packages-dev test stress validation sanitize format format-check clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) $(QUIET)

$(BUILD)/build.ninja:
	meson setup $(BUILD)

packages:
	@scripts/install_packages.sh

packages-dev:
	@scripts/install_packages.sh --dev

# Everything, from a bare machine; the last line is `N passed, N failed`.
test: packages
	@$(MAKE) --no-print-directory all
	@tests/run_all.sh $(BUILD)

# The main job: today's scenario against the shock battery. Each call writes a new folder runs/SCENARIO-N.
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

format:
	$(CLANG_FORMAT) -i $(sources)

format-check:
	$(CLANG_FORMAT) --dry-run --Werror $(sources)

clean:
	rm -rf build build-*
