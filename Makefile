# SPDX-License-Identifier: MIT
# One Makefile for everything; `make help` lists the targets and the variables.

B      ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g

LIBDIR ?= $(PREFIX)/lib

SO      = 0
WARN    = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wvla
FLAGS   = -std=c11 -D_XOPEN_SOURCE=700 -Ilibemo $(WARN) -fPIC -fvisibility=hidden -pthread -MMD -MP
VERSION := $(shell sed -n 's/.*EMO_VERSION "\(.*\)"/\1/p' libemo/base/api.h)
ARCH    := $(shell $(CC) -dumpmachine | cut -d- -f1)

# Packages that pkg-config knows: those of the library, and what single tools need beyond them
# (PKGS_NAME). libcsv has no .pc file.
PKGS = libpng libjpeg zlib jansson
PKGS_fer-draw   = cairo
PKGS_fer-plot   = cairo jansson
PKGS_moodrec    = sqlite3
PKGS_mood-taste = sqlite3

# The kernels: one source, one object for each instruction set.
KERN_x86_64  = avx512 avx2
KERN_aarch64 = neon
KERN         = generic $(KERN_$(ARCH))
# None of the -fno options changes a number: comparisons need not trap and nobody reads errno, so that
# gcc turns conditions into masks; and what is loaded twice had better not be kept in a register (clang
# has no such option).
KERN_CFLAGS := -O3 -ffp-contract=fast -fno-trapping-math -fno-math-errno \
	       $(shell $(CC) -fno-predictive-commoning -E -x c /dev/null >/dev/null 2>&1 && \
	       echo -fno-predictive-commoning)
FLAGS_avx512 = -mavx512f -mavx512vl -mavx512dq -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
FLAGS_avx2   = -mavx2 -mfma

LIB_SRC  := $(filter-out libemo/nn/kern.c,$(wildcard libemo/*.c libemo/*/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o) $(KERN:%=$(B)/libemo/nn/kern_%.o)
CLI_SRC  := $(wildcard cmd/cli.c cmd/files.c cmd/limits.c cmd/lost.c cmd/progress.c cmd/sandbox.c \
	      cmd/table.c cmd/terminal.c cmd/values.c) # what tools share
CLI_OBJ  := $(CLI_SRC:%.c=$(B)/%.o)

# What some tools share, or one has, in folders.
PARTS_moodrec    = $(patsubst cmd/%.c,%,$(wildcard cmd/songs/*.c))
PARTS_mood-taste = songs/memory songs/memory_db songs/memory_read
PARTS_song-rate  = songs/catalogue
PARTS_song-index = songs/catalogue
PARTS_fer-detect := $(patsubst cmd/%.c,%,$(wildcard cmd/detect/*.c))
PARTS_fer-draw  := $(patsubst cmd/%.c,%,$(wildcard cmd/draw/*.c cmd/canvas/*.c))
PARTS_fer-eval  := eval/options
PARTS_fer-plot  := $(patsubst cmd/%.c,%,$(wildcard cmd/plot/*.c cmd/canvas/*.c))
PARTS_fer-train := train/options
PARTS_mood-follow := $(patsubst cmd/%.c,%,$(wildcard cmd/follow/*.c))
PARTS    := $(sort $(PARTS_moodrec) $(PARTS_mood-taste) $(PARTS_song-rate) $(PARTS_song-index) \
	      $(PARTS_fer-detect) $(PARTS_fer-draw) $(PARTS_fer-eval) $(PARTS_fer-plot) \
	      $(PARTS_fer-train) $(PARTS_mood-follow))
PARTS    := $(PARTS:%=cmd/%.c)
TOOL     := $(patsubst cmd/%.c,%,$(filter-out $(CLI_SRC) $(PARTS),$(wildcard cmd/*.c)))
TOOLS    := $(TOOL:%=$(B)/%)
SCRIPT   := $(patsubst cmd/%.sh,%,$(wildcard cmd/*.sh))
SCRIPTS  := $(SCRIPT:%=$(B)/%)
TESTS    := $(patsubst %.c,$(B)/%,$(wildcard tests/test_*.c))
PROBES   := $(patsubst %.c,$(B)/%,$(wildcard tests/*_probe.c))
FUZZ     := $(patsubst tests/fuzz/%.c,%,$(filter-out %/run_corpus.c,$(wildcard tests/fuzz/*.c)))
FUZZERS  := $(FUZZ:%=$(B)/tests/fuzz/%)
BENCHES  := $(patsubst %.c,$(B)/%,$(wildcard bench/*.c))
CHECKS   := $(wildcard tests/test_*.c tests/cli/*.sh tests/check-*.sh)
CHECKS   := $(filter-out %/lib.sh,$(CHECKS))
PAGES    := $(wildcard man/*.[1-9])
HEADERS  := $(shell sh scripts/public-headers.sh)
COMPLETIONS = $(foreach t,$(TOOL) $(SCRIPT),$(B)/completions/$t.bash $(B)/completions/_$t $(B)/completions/$t.fish)

ifneq ($(words $(B)),1)
$(error B, the build folder, must be a name without spaces)
endif
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += -r

all: $(TOOLS) $(SCRIPTS) $(B)/libemo.a $(B)/libemo.so $(B)/emo.pc $(COMPLETIONS)

help:
	@echo 'make            build the tools and the library in build/'
	@echo 'make demo       install what is missing, build, show what it does'
	@echo 'make check      install what is missing, build, run every test'
	@echo 'make asan       the same tests with the address and undefined behaviour sanitizers'
	@echo 'make tsan       what has threads, with the thread sanitizer'
	@echo 'make memcheck   the main job under valgrind'
	@echo 'make valgrind   the unit tests under valgrind'
	@echo 'make coverage   the tests, and which lines of the library they reach'
	@echo 'make tidy       clang-tidy and cppcheck'
	@echo 'make neon       the tests of the kernels for aarch64, cross-built, under qemu'
	@echo 'make fuzz       run the fuzz targets for FUZZ_TIME seconds each; needs clang'
	@echo 'make load       10,000 pictures and two hours of video'
	@echo 'make bench      measure speed'
	@echo 'make install    into $$(DESTDIR)$$(PREFIX), that is $(DESTDIR)$(PREFIX)'
	@echo 'make uninstall  remove that again'
	@echo 'make clean      remove the build folder'
	@echo
	@echo 'Variables: CC, HOSTCC, CPPFLAGS, CFLAGS, LDFLAGS, PREFIX, DESTDIR, B=folder to build in, V=1'
	@echo 'for whole commands;'
	@echo 'FER2013=fer2013.csv.gz and SONGS=folder let make check run the tests that need data.'

# Optional: the sandbox, which sanitizers and coverage would run into. A program for the machine
# that builds makes its filters with libseccomp; the tools do not need that.
HOSTCC  ?= cc
SECCOMP_i386 = x86
SECCOMP_i486 = x86
SECCOMP_i586 = x86
SECCOMP_i686 = x86
SECCOMP_powerpc64le = ppc64le
SECCOMP_ARCH = $(filter x86_64 x86 aarch64 arm riscv64 ppc64le,$(or $(SECCOMP_$(ARCH)),$(ARCH)))
SANDBOX := $(if $(findstring -fsanitize,$(CFLAGS))$(findstring coverage,$(CFLAGS)),,$(shell \
	echo '\#include <seccomp.h>' | $(HOSTCC) -E -x c - >/dev/null 2>&1 && echo $(SECCOMP_ARCH)))
$(B)/cmd/sandbox.o: PKG_CFLAGS += $(if $(SANDBOX),-DEMO_SECCOMP -I$(B)/host)
$(B)/cmd/sandbox.o: $(if $(SANDBOX),$(B)/host/seccomp_filters.h)
$(B)/host/seccomp_filters.h: scripts/seccomp-filters.c $(B)/flags Makefile
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)$(HOSTCC) $(WARN) -o $(B)/host/seccomp-filters $< -lseccomp
	$(Q)$(B)/host/seccomp-filters $(SANDBOX) > $@

# What everything depends on: the answers of pkg-config, asked once, and the flags in use, in a
# file that is written anew when they change.
ifneq ($(filter-out clean help uninstall,$(or $(MAKECMDGOALS),all)),)
include $(B)/config.mk
FLAGS_NOW := $(CC) | $(FLAGS) | $(CPPFLAGS) | $(CFLAGS) | $(LDFLAGS) | $(PKG_CFLAGS) | $(PKG_LIBS) | \
	     $(KERN_CFLAGS) | $(FLAGS_avx512) | $(FLAGS_avx2)
SOURCES_NOW := $(LIB_OBJ) $(CLI_OBJ)
PREFIX_NOW := $(PREFIX) $(LIBDIR)
$(shell mkdir -p $(B))
define stamp
ifneq ($$(file <$(B)/$1),$$($2))
$$(file >$(B)/$1,$$($2))
endif
endef
$(eval $(call stamp,flags,FLAGS_NOW))
$(eval $(call stamp,sources,SOURCES_NOW))
$(eval $(call stamp,prefix,PREFIX_NOW))
endif

# One short line a command; V=1 shows the commands themselves, -s nothing.
Q   = $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),@:,@printf '  %-4s %s\n' '$1' '$2')

INSTALL_DEPS = $(if $(filter demo check asan,$(MAKECMDGOALS)),,--check)
$(B)/config.mk: Makefile scripts/install-deps.sh
	@mkdir -p $(@D)
	@sh scripts/install-deps.sh $(INSTALL_DEPS)
	@printf 'PKG_CFLAGS = %s\nPKG_LIBS = %s -lcsv -lm\n' \
		"$$(pkg-config --cflags $(PKGS))" "$$(pkg-config --libs $(PKGS))" > $@.tmp
	@$(foreach t,$(TOOL),$(if $(PKGS_$t),printf 'PKG_CFLAGS_%s = %s\nPKG_LIBS_%s = %s\n' \
		$t "$$(pkg-config --cflags $(PKGS_$t))" $t "$$(pkg-config --libs $(PKGS_$t))" >> $@.tmp;))
	@mv $@.tmp $@

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS) $(PKG_CFLAGS_$(*F)) -c -o $@ $<

$(KERN:%=$(B)/libemo/nn/kern_%.o): $(B)/libemo/nn/kern_%.o: libemo/nn/kern.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$< for $*)
	$(Q)$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) $(KERN_CFLAGS) $(FLAGS_$*) -DKERN=$* -c -o $@ $<

# Objects with files of models/ inside.
$(patsubst %.c,$(B)/%.o,$(shell grep -l EMO_EMBED $(LIB_SRC))): $(wildcard models/*)

$(B)/libemo.a: $(LIB_OBJ) $(B)/sources
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(LIB_OBJ)

# A sanitizer's own functions are undefined until a program is linked.
NO_UNDEFINED = $(if $(findstring -fsanitize,$(CFLAGS)),,-Wl,--no-undefined)
$(B)/libemo.so.$(SO): $(LIB_OBJ) $(B)/sources
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -pthread -Wl,-soname,$(@F) $(NO_UNDEFINED) \
		-o $@ $(LIB_OBJ) $(PKG_LIBS)

$(B)/libemo.so: $(B)/libemo.so.$(SO)
	@ln -sf $(<F) $@

$(PARTS_fer-draw:%=$(B)/cmd/%.o): PKG_CFLAGS += $(PKG_CFLAGS_fer-draw)
$(PARTS_fer-plot:%=$(B)/cmd/%.o): PKG_CFLAGS += $(PKG_CFLAGS_fer-plot)
$(B)/tests/test_plot: $(B)/cmd/plot/axis.o $(B)/cmd/canvas/color.o
$(B)/tests/test_place: $(B)/cmd/draw/place.o

# Tools use the shared library, so they can use its public functions only.
$(foreach t,$(TOOL),$(eval $(B)/$t: $(PARTS_$t:%=$(B)/cmd/%.o)))
$(TOOLS): $(B)/%: $(B)/cmd/%.o $(CLI_OBJ) $(B)/libemo.so
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -Wl,-rpath,'$$ORIGIN:$$ORIGIN/../lib' \
		-o $@ $(filter %.o,$^) -L$(B) -lemo -lm $(PKG_LIBS_$*)

$(SCRIPTS): $(B)/%: cmd/%.sh libemo/base/api.h
	@sed 's/@VERSION@/$(VERSION)/' $< > $@ && chmod +x $@

# Unit tests use the static library, and with it the internal functions; so do benchmarks.
$(TESTS) $(BENCHES): $(B)/%: $(B)/%.o $(B)/libemo.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $(filter %.o,$^) $(B)/libemo.a $(PKG_LIBS)

# The stream bench is the tool's own code, with clocks about the library's functions.
comma := ,
TIMED = stream_next picture_parse picture_view detect view_warp classifier_run tracks_update smooth_apply
$(B)/bench/streams: $(PARTS_fer-detect:%=$(B)/cmd/%.o) $(CLI_OBJ)
$(B)/bench/streams: private LDFLAGS += $(TIMED:%=-Wl$(comma)--wrap=emo_%)
$(B)/bench/streams: private PKG_LIBS += $(SANDBOX_LIBS)

# Programs for testing what tools share.
$(PROBES): $(B)/%: $(B)/%.o $(CLI_OBJ) $(B)/libemo.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $< $(CLI_OBJ) $(B)/libemo.a $(PKG_LIBS)

$(B)/completions/%.bash $(B)/completions/_% $(B)/completions/%.fish: $(B)/% scripts/completions.sh
	@mkdir -p $(@D)
	@$< --help > $(@D)/$*.help
	@sh scripts/completions.sh bash $* < $(@D)/$*.help > $(@D)/$*.bash
	@sh scripts/completions.sh zsh $* < $(@D)/$*.help > $(@D)/_$*
	@sh scripts/completions.sh fish $* < $(@D)/$*.help > $(@D)/$*.fish

$(B)/emo.pc: libemo/emo.pc.in $(B)/prefix Makefile
	@sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@PKGS@|$(PKGS)|' \
		$< > $@

# Fuzz targets: with libFuzzer (make fuzz), or with a main that runs them on files.
FUZZ_MAIN = $(if $(findstring fuzzer,$(CFLAGS)),,$(B)/tests/fuzz/run_corpus.o)
$(FUZZERS): $(B)/%: $(B)/%.o $(FUZZ_MAIN) $(B)/libemo.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(if $(FUZZ_MAIN),,-fsanitize=fuzzer) -pthread \
		-o $@ $(filter %.o,$^) $(B)/libemo.a $(PKG_LIBS)

tests: $(TESTS) $(PROBES) $(FUZZERS)

# Tests that run tools or the compiler get the folder with the tools and the flags in use.
RUN = B=$(B) BUILD="$$(cd $(B) && pwd)" CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' \
	KERN_CFLAGS='$(KERN_CFLAGS)' sh tests/run.sh
check: all tests
	@sh scripts/install-deps.sh --tests
	@$(RUN) $(CHECKS)

# Kernels that are built to be watched: optimised little, because that takes minutes with sanitizers.
SAN = -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=
SAN_KERN = KERN_CFLAGS='-O1 -ffp-contract=fast'
asan:
	ASAN_OPTIONS=allocator_may_return_null=1 \
	LSAN_OPTIONS='suppressions="$(CURDIR)/tests/leaks.supp":print_suppressions=0' \
		$(MAKE) check B=build-asan CFLAGS='$(SAN)address,undefined' $(SAN_KERN)

# Not test_op, which takes a quarter of an hour this way.
THREADED = $(filter-out %/test_op.c,$(shell grep -l emo_pool_new tests/test_*.c))
tsan:
	$(MAKE) threads B=build-tsan CFLAGS='$(SAN)thread' $(SAN_KERN)
threads: all $(THREADED:%.c=$(B)/%)
	@$(RUN) $(THREADED) tests/slow/threads.sh

memcheck: all
	@$(RUN) tests/slow/memcheck.sh

valgrind: all tests
	@WRAP='valgrind -q --error-exitcode=99 --leak-check=full' EMO_CPU=generic \
		$(RUN) $(filter %.c,$(CHECKS))

# Not those that count a tool's calls, which writes down what lines it executed, or that install it.
COVERED = $(filter-out %/faults.sh %/install.sh tests/check-%.sh,$(CHECKS))
coverage:
	$(MAKE) covered B=build-coverage CFLAGS='-O1 -g --coverage' $(SAN_KERN)
covered: all tests
	@find $(B) -name '*.gcda' -exec rm {} +
	@$(RUN) $(COVERED) >$(B)/covered.log || { grep -v '^ok ' $(B)/covered.log; exit 1; }
	@sh scripts/coverage.sh $(B) $(COVERAGE_MIN)
COVERAGE_MIN = 85

TIDY_SRC := $(wildcard libemo/*.c libemo/*/*.c cmd/*.c cmd/*/*.c)
tidy: $(B)/config.mk $(if $(SANDBOX),$(B)/host/seccomp_filters.h)
	@echo 'clang-tidy'
	@printf '%s\n' $(TIDY_SRC) | xargs -P $(shell nproc) -n 1 sh -c 'clang-tidy --quiet "$$1" -- \
		$(FLAGS) -DKERN=generic $(if $(SANDBOX),-DEMO_SECCOMP -I$(B)/host) $(PKG_CFLAGS) \
		$(PKG_CFLAGS_fer-draw) \
		2>&1 | grep -v "warnings\? generated" | { ! grep .; }' tidy
	@echo 'cppcheck'
	@cppcheck --quiet -j $(shell nproc) --std=c11 --error-exitcode=1 --inline-suppr -Ilibemo -Icmd \
		--enable=warning,performance,portability --suppressions-list=.cppcheck $(TIDY_SRC)

# The libraries beside libemo may not be there for another processor: what includes them is left out,
# and the tests of networks and kernels need none of it.
NEON_SRC := $(shell grep -L -e '<zlib.h>' -e '<csv.h>' $(wildcard libemo/base/*.c libemo/nn/*.c))
NEON_TEST = $(patsubst %,tests/test_%.c,base_par kern op detect_op winograd net opt)
neon:
	$(MAKE) crossed B=build-neon CC=aarch64-linux-gnu-gcc LDFLAGS=-static PKG_LIBS=-lm \
		LIB_SRC='$(filter-out libemo/nn/kern.c,$(NEON_SRC))'
crossed: $(NEON_TEST:%.c=$(B)/%)
	@WRAP=qemu-aarch64 $(RUN) $(NEON_TEST)

load: all
	@LIMIT=7200 $(RUN) tests/slow/load.sh

# The kernels parse nothing and would take minutes to compile with sanitizers.
FUZZ_TIME ?= 60
fuzz:
	$(MAKE) fuzzers B=build-fuzz CC=clang \
		CFLAGS='$(SAN)address,undefined,fuzzer-no-link' KERN_CFLAGS='-O1 -fno-sanitize=all'
	@B=build-fuzz FUZZ_TIME=$(FUZZ_TIME) sh tests/fuzz/fuzz.sh $(FUZZ)
fuzzers: $(FUZZERS)

demo: all
	@PATH="$$(cd $(B) && pwd):$$PATH" sh scripts/demo.sh

bench: all $(BENCHES)
	@$(if $(BENCHES),,echo 'There are no benchmarks yet: bench/ has no .c file.')
	@$(foreach b,$(BENCHES),echo '$b' && $b &&) true

# What is installed where: mode|file|place.
SHARE  = $(PREFIX)/share
PLACES = $(foreach t,$(TOOL) $(SCRIPT),755|$(B)/$t|$(PREFIX)/bin/$t \
		644|$(B)/completions/$t.bash|$(SHARE)/bash-completion/completions/$t \
		644|$(B)/completions/_$t|$(SHARE)/zsh/site-functions/_$t \
		644|$(B)/completions/$t.fish|$(SHARE)/fish/vendor_completions.d/$t.fish) \
	644|$(B)/libemo.a|$(LIBDIR)/libemo.a \
	644|$(B)/libemo.so.$(SO)|$(LIBDIR)/libemo.so.$(SO) \
	644|$(B)/emo.pc|$(LIBDIR)/pkgconfig/emo.pc \
	$(foreach h,$(HEADERS),644|$h|$(h:libemo/%=$(PREFIX)/include/emo/%)) \
	$(foreach p,$(PAGES),644|$p|$(SHARE)/man/man$(subst .,,$(suffix $p))/$(notdir $p)) \
	$(foreach f,$(wildcard models/moods.csv models/labels.csv datasets/songs-starter.csv),644|$f|$(SHARE)/emo/$(notdir $f))
part   = $(word $1,$(subst |, ,$2))
OWNED_DIRS = $(sort $(dir $(HEADERS:libemo/%=$(PREFIX)/include/emo/%))) $(SHARE)/emo

install: all
	@$(foreach p,$(PLACES),install -D -m $(call part,1,$p) $(call part,2,$p) \
		"$(DESTDIR)$(call part,3,$p)" &&) ln -sf libemo.so.$(SO) "$(DESTDIR)$(LIBDIR)/libemo.so"
	@[ -n "$(DESTDIR)" ] || ldconfig 2>/dev/null || true
	@echo 'Installed $(words $(PLACES)) files in $(DESTDIR)$(PREFIX)'

uninstall:
	@rm -f "$(DESTDIR)$(LIBDIR)/libemo.so"
	@$(foreach p,$(PLACES),rm -f "$(DESTDIR)$(call part,3,$p)" &&) true
	@for d in $(OWNED_DIRS); do rmdir "$(DESTDIR)$$d" "$(DESTDIR)$${d%/*/}" 2>/dev/null; done; true

clean:
	rm -rf $(B) build build-*

.PHONY: all help tests check asan tsan threads memcheck valgrind coverage covered tidy neon crossed \
	fuzz fuzzers load demo bench install uninstall clean
.SECONDARY:
.DELETE_ON_ERROR:
-include $(patsubst %.o,%.d,$(LIB_OBJ) $(CLI_OBJ) $(PARTS:%.c=$(B)/%.o) $(TOOLS:$(B)/%=$(B)/cmd/%.o))
-include $(patsubst %,%.d,$(TESTS) $(PROBES) $(BENCHES) $(FUZZERS))
