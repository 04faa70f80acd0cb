/* SPDX-License-Identifier: MIT */
/*
 * Files mapped for reading. When one is cut short while it is in use, touching what is gone raises
 * SIGBUS; a program's handler can find out whose fault that is.
 */
#ifndef EMO_BASE_MAP_H
#define EMO_BASE_MAP_H

#include <stddef.h>

#include "api.h"

/* NULL with a message. Empty files cannot be mapped. emo_unmap undoes it; NULL is fine there. */
EMO_API const void *emo_map(const char *path, size_t *size);
EMO_API void emo_unmap(const void *map, size_t size);

/*
 * The name of the mapped file that an address lies in; NULL for none. May be called from a signal
 * handler.
 */
EMO_API const char *emo_map_name(const void *address);

#endif
