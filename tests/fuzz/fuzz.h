/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target is a file here with this function: whatever the bytes are, it must return, and hold
 * no memory afterwards. `make fuzz` links the targets with libFuzzer; `make check` links them with
 * run_corpus.c and gives them the files in tests/fuzz/corpus/.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
