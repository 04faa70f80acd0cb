# SPDX-License-Identifier: MIT
# One Makefile for everything. `make help` lists the targets.
#
# Variables for the command line: CC, CFLAGS, PREFIX, DESTDIR, B (build folder), and
# FER2013=path/to/fer2013.csv.gz, with which `make check` runs the tests that need the data too.

B      ?= build
PREFIX ?= /usr/local
SO     := 0
CFLAGS ?= -O2 -g
WARN    = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wvla
FLAGS   = -std=c11 -D_XOPEN_SOURCE=700 -Ilibemo $(WARN) -fPIC -fvisibility=hidden -pthread -MMD -MP
PKGS    = libpng libjpeg zlib jansson
VERSION := $(shell sed -n 's/.*EMO_VERSION "\(.*\)"/\1/p' libemo/base/api.h)
ARCH    := $(shell $(CC) -dumpmachine | cut -d- -f1)

# The kernels: one source, one object for each instruction set.
KERN_x86_64  = avx512 avx2
KERN_aarch64 = neon
KERN         = generic $(KERN_$(ARCH))
KERN_CFLAGS  = -O3 -ffp-contract=fast
FLAGS_avx512 = -mavx512f -mavx512vl -mavx512dq -mavx512bw -mavx2 -mfma -mprefer-vector-width=512
FLAGS_avx2   = -mavx2 -mfma

LIB_SRC  = $(filter-out libemo/nn/kern.c,$(wildcard libemo/*.c libemo/*/*.c))
LIB_OBJ  = $(LIB_SRC:%.c=$(B)/%.o) $(KERN:%=$(B)/libemo/nn/kern_%.o)
TOOL_SRC = $(filter-out $(CLI_SRC),$(wildcard cmd/*.c))
CLI_SRC  = $(wildcard cmd/cli.c cmd/progress.c cmd/table.c)
CLI_OBJ  = $(CLI_SRC:%.c=$(B)/%.o)
TOOLS    = $(TOOL_SRC:cmd/%.c=$(B)/%)
TESTS    = $(patsubst %.c,$(B)/%,$(wildcard tests/test_*.c))

all: $(TOOLS) $(B)/libemo.a $(B)/libemo.so

# What pkg-config says, asked once. `make demo` and `make check` install what is missing first.
ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),all)),)
include $(B)/config.mk
endif
INSTALL_DEPS = $(if $(filter demo check,$(MAKECMDGOALS)),,--check)
$(B)/config.mk: Makefile scripts/install-deps.sh
	@mkdir -p $(@D)
	@sh scripts/install-deps.sh $(INSTALL_DEPS)
	@printf 'PKG_CFLAGS = %s\nPKG_LIBS = %s -lcsv -lm\n' \
		"$$(pkg-config --cflags $(PKGS))" "$$(pkg-config --libs $(PKGS))" > $@.tmp
	@mv $@.tmp $@

$(B)/%.o: %.c $(B)/config.mk
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) $(PKG_CFLAGS) -c -o $@ $<

$(B)/libemo/nn/kern_%.o: libemo/nn/kern.c $(B)/config.mk
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CFLAGS) $(KERN_CFLAGS) $(FLAGS_$*) -DKERN=$* -c -o $@ $<

$(B)/libemo.a: $(LIB_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(B)/libemo.so.$(SO): $(LIB_OBJ)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -pthread -Wl,-soname,$(@F) -Wl,--no-undefined \
		-o $@ $^ $(PKG_LIBS)

$(B)/libemo.so: $(B)/libemo.so.$(SO)
	ln -sf $(<F) $@

# Tools use the shared library, so they can use its public functions only.
$(TOOLS): $(B)/%: $(B)/cmd/%.o $(CLI_OBJ) $(B)/libemo.so
	$(CC) $(CFLAGS) $(LDFLAGS) -pthread -Wl,-rpath,'$$ORIGIN:$$ORIGIN/../lib' \
		-o $@ $< $(CLI_OBJ) -L$(B) -lemo -lm $(PKG_LIBS_$*)

# Unit tests use the static library, and with it the internal functions.
$(TESTS): $(B)/%: $(B)/%.o $(B)/libemo.a
	$(CC) $(CFLAGS) $(LDFLAGS) -pthread -o $@ $^ $(PKG_LIBS)

tests: $(TESTS)

clean:
	rm -rf $(B)

.PHONY: all tests clean
.SECONDARY:
-include $(patsubst %.o,%.d,$(LIB_OBJ) $(CLI_OBJ) $(TOOLS:$(B)/%=$(B)/cmd/%.o) $(TESTS:=.o))
