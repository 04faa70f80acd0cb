/* SPDX-License-Identifier: MIT */
/* EMO_API marks what libemo.so exports; everything else is compiled with hidden visibility. */
#ifndef EMO_BASE_API_H
#define EMO_BASE_API_H

#define EMO_VERSION "0.1.0"
#define EMO_API     __attribute__((visibility("default")))

#endif
