/* SPDX-License-Identifier: MIT */
/*
 * bounds_probe SECONDS MEGABYTES COMMAND...: runs a command and ends with its exit code; with 125
 * when it took more processor time or needed more memory, 124 when it was ended after ten times that
 * time, 128 + N when signal N ended it. MEGABYTES 0: no limit.
 */
#define _DEFAULT_SOURCE /* wait4 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	double seconds = argc > 3 ? atof(argv[1]) : 0, took;
	long most = argc > 3 ? atol(argv[2]) * 1024 : 0;
	struct rusage r;
	int status;
	pid_t pid = argc > 3 ? fork() : -1;

	if (pid < 0)
		return 126;
	if (pid == 0) {
		alarm((unsigned)(10 * seconds) + 1); /* survives exec */
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &r) != pid)
		return 126;
	took = (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGALRM ? 124 : 128 + WTERMSIG(status);
	if (took <= seconds && (!most || r.ru_maxrss <= most))
		return WEXITSTATUS(status);
	fprintf(stderr, "took %.2f s and %ld KiB\n", took, r.ru_maxrss);
	return 125;
}
