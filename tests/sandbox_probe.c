/* SPDX-License-Identifier: MIT */
/*
 * sandbox_probe [-o OUTPUT] [-w FOLDER] [-r FILE]... [-f] CALL [ARGUMENT]: enters the sandbox as a
 * tool does, then makes the call that no parser should: 0 when it succeeded, 1 with a message when it
 * was refused.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../cmd/sandbox.h"

static const char *arg;

static int make(const char *call)
{
	char *const words[] = {(char[]){"true"}, NULL};

	if (strcmp(call, "nothing") == 0)
		return 0;
	if (strcmp(call, "socket") == 0)
		return socket(AF_INET, SOCK_STREAM, 0);
	if (strcmp(call, "exec") == 0)
		return execv("/bin/true", words);
	if (strcmp(call, "ptrace") == 0)
		return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	if (strcmp(call, "write") == 0)
		return open(arg, O_WRONLY | O_CREAT, 0600);
	if (strcmp(call, "append") == 0)
		return open(arg, O_RDWR | O_APPEND);
	if (strcmp(call, "truncate") == 0)
		return open(arg, O_RDONLY | O_TRUNC);
	if (strcmp(call, "unlink") == 0)
		return unlink(arg);
	if (strcmp(call, "rename") == 0)
		return rename(arg, "x");
#ifdef SYS_io_uring_setup
	if (strcmp(call, "io_uring") == 0)
		return (int)syscall(SYS_io_uring_setup, 1, NULL);
#endif
	if (strcmp(call, "read") == 0)
		return open(arg, O_RDONLY);
	exit(99);
}

static void *in_thread(void *call)
{
	static int result;

	result = make(call);
	return &result;
}

int main(int argc, char **argv)
{
	const char *output = NULL;
	int c, threaded = 0;
	pthread_t t;
	void *result;

	while ((c = getopt(argc, argv, "o:w:r:tnf")) != -1)
		if (c == 'o')
			output = optarg;
		else if (c == 'w')
			sandbox_writes(optarg);
		else if (c == 'f')
			sandbox_refuses();
		else if (c == 'r')
			sandbox_reads(optarg);
		else if (c == 't')
			threaded = 1;
		else if (c == 'n')
			sandbox_off();
	if (optind == argc) {
		puts(sandbox_kind());
		return 0;
	}
	arg = argv[optind + 1];
	sandbox_enter(output);
	if (!threaded)
		c = make(argv[optind]);
	else if (pthread_create(&t, NULL, in_thread, argv[optind]) || pthread_join(t, &result))
		return 98;
	else
		c = *(int *)result;
	if (c >= 0)
		_exit(0); /* at once: a leak checker at the end would want ptrace for itself */
	fprintf(stderr, "%s\n", strerror(errno));
	return 1;
}
