/* SPDX-License-Identifier: MIT */
/*
 * What a tool gives up before it reads bytes from outside, so that a mistake in a parser hurts
 * little. From then on no socket, no other program, no look into other processes, no file opened
 * for writing, made, removed or renamed: such a call kills the process (seccomp). Where the kernel
 * has Landlock, only the named files can be read, and only the granted folder written to.
 *
 *	sandbox_reads(model);
 *	sandbox_reads(a.files[i]);
 *	sandbox_enter(NULL);
 *	... threads, files ...
 */
#ifndef SANDBOX_H
#define SANDBOX_H

/* A row for the table of options; cli_next obeys it by itself. */
#define SANDBOX_OFF 999
#define SANDBOX_OPTION \
	{SANDBOX_OFF, "no-sandbox", NULL, "do not give up rights before reading files"}

void sandbox_off(void);

/*
 * A file that will be read; NULL and "-" are passed over, links are followed now. With a folder
 * reading is not limited, because links in it may lead anywhere.
 */
void sandbox_reads(const char *path);

/* A file that will be written like that of sandbox_enter, or a folder for some. Borrowed until then. */
void sandbox_writes(const char *path);

/*
 * For libraries that try to write what they can do without, such as caches of fonts: without an output,
 * writing fails instead of killing.
 */
void sandbox_refuses(void);

/*
 * To be called before threads are started. output: a file that will be written (beside its place,
 * then renamed), or NULL: then standard output is all. What the system lacks is left out.
 */
void sandbox_enter(const char *output);

/* "seccomp and Landlock", "seccomp", "no sandbox": what this build has on this system. */
const char *sandbox_kind(void);

#endif
