/* SPDX-License-Identifier: MIT */
/*
 * EMO_EMBED("models/x.cfg", x_cfg) puts a file of the source tree into the library as
 * x_cfg[] with its length in x_cfg_end - x_cfg and a NUL behind it. Page-aligned, so that a model's
 * weights are used where they lie.
 */
#ifndef EMO_BASE_EMBED_H
#define EMO_BASE_EMBED_H

#define EMO_EMBED(file, symbol)                                                                    \
	__asm__(".pushsection .rodata\n"                                                           \
		".balign 4096\n" #symbol ":\n"                                                     \
		".incbin \"" file "\"\n" #symbol "_end:\n"                                         \
		".byte 0\n"                                                                        \
		".popsection\n");                                                                  \
	extern const char symbol[] __attribute__((visibility("hidden")));                          \
	extern const char symbol##_end[] __attribute__((visibility("hidden")))

#endif
