/* SPDX-License-Identifier: MIT */
/* A mapped file that is cut short while it is in use ends the tool in one line. Used by cli.c alone. */
#ifndef LOST_H
#define LOST_H

void lost_start(const char *tool);

#endif
