/* SPDX-License-Identifier: MIT */
/*
 * Runs a command again and again, another call failing each time (tests/faults/shim.c):
 *
 *	faults_probe -s SHIM -k KIND [-i INPUT] [-b BEFORE] [-a AFTER] [-n RUNS] COMMAND...
 *
 * First it counts the calls, with none failing, and keeps what the command wrote to standard output.
 * Then it fails each call in turn, once alone and once with all that follow; when there are more
 * than RUNS (0: no limit), RUNS spread over them. Each run must end by itself: with exit code 0 and
 * the same output, or with exit code 1 and a message. BEFORE and AFTER are shell commands around
 * each run; AFTER must succeed. Exit code 0 when all was so; 77 when the kind cannot be had here.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	const char *shim, *kind, *input, *before, *after;
	char **command;
	char count[4096], out[4096], err[4096];
	volatile long *calls;
	long runs;
} opt = {.input = "/dev/null", .runs = 40};

static void quit(const char *what)
{
	perror(what);
	exit(1);
}

/* The start of a file as text. */
static size_t slurp(char *buf, size_t size, const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(buf, 1, size - 1, f) : 0;

	if (f)
		fclose(f);
	buf[n] = '\0';
	return n;
}

static void child(long at, int on)
{
	char number[32];
	int out = open(opt.out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int err = open(opt.err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int in = open(opt.input, O_RDONLY);

	snprintf(number, sizeof number, "%ld", at);
	setenv("FAULT_KIND", opt.kind, 1);
	setenv("FAULT_AT", number, 1);
	setenv("FAULT_COUNT", opt.count, 1);
	if (on)
		setenv("FAULT_ON", "1", 1);
	setenv("LD_PRELOAD", opt.shim, 1);
	if (in < 0 || out < 0 || err < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(97);
	close(in);
	close(out);
	close(err);
	execvp(opt.command[0], opt.command);
	_exit(97);
}

static int run(long at, int on)
{
	int status;
	pid_t pid;

	*opt.calls = 0;
	if (opt.before && system(opt.before) != 0)
		quit(opt.before);
	pid = fork();
	if (pid < 0)
		quit("fork");
	if (pid == 0) {
		alarm(60);
		child(at, on);
	}
	if (waitpid(pid, &status, 0) < 0)
		quit("waitpid");
	return status;
}

/* Whether the last line is a message of the command, "name: …"; a hint "Try …" may follow. */
static int has_message(const char *text)
{
	const char *slash = strrchr(opt.command[0], '/');
	const char *name = slash ? slash + 1 : opt.command[0], *last = text, *end;

	for (const char *s = text; (end = strchr(s, '\n')); s = end + 1)
		last = strncmp(s, "Try '", 5) == 0 ? last : s;
	return strncmp(last, name, strlen(name)) == 0 && last[strlen(name)] == ':' &&
	       strchr(last, '\n');
}

/* What is wrong with how a run ended; NULL when nothing is. */
static const char *judge(int status, const char *want, size_t n)
{
	static char got[1 << 20];

	if (!WIFEXITED(status))
		return "ended by a signal";
	if (opt.after && system(opt.after) != 0)
		return "the check afterwards failed";
	if (WEXITSTATUS(status) == 0)
		return slurp(got, sizeof got, opt.out) == n && memcmp(got, want, n) == 0
			       ? NULL : "exit code 0 with other output";
	if (WEXITSTATUS(status) != 1)
		return "the exit code is neither 0 nor 1";
	slurp(got, sizeof got, opt.err);
	return has_message(got) ? NULL : "no message";
}

static int try(long at, int on, const char *want, size_t n)
{
	int status = run(at, on);
	const char *bad = judge(status, want, n);
	static char text[2000];

	if (!bad)
		return 0;
	slurp(text, sizeof text, opt.err);
	printf("FAIL %s number %ld%s fails: %s (status 0x%x)\n%s", opt.kind, at,
	       on ? " and those after" : "", bad, (unsigned)status, text);
	return 1;
}

static void set_up(int argc, char **argv)
{
	const char *tmp = getenv("TMPDIR");
	int c, fd;

	while ((c = getopt(argc, argv, "+s:k:i:b:a:n:")) != -1)
		if (c == 's')
			opt.shim = optarg;
		else if (c == 'k')
			opt.kind = optarg;
		else if (c == 'i')
			opt.input = optarg;
		else if (c == 'b')
			opt.before = optarg;
		else if (c == 'a')
			opt.after = optarg;
		else if (c == 'n')
			opt.runs = atol(optarg);
		else
			exit(1);
	if (argc == optind || !opt.shim || !opt.kind)
		exit(1);
	opt.command = argv + optind;
	snprintf(opt.count, sizeof opt.count - 8, "%s/emo-faults-XXXXXX", tmp ? tmp : "/tmp");
	if ((fd = mkstemp(opt.count)) < 0 || ftruncate(fd, sizeof *opt.calls))
		quit(opt.count);
	snprintf(opt.out, sizeof opt.out, "%.4000s.out", opt.count);
	snprintf(opt.err, sizeof opt.err, "%.4000s.err", opt.count);
	opt.calls = mmap(NULL, sizeof *opt.calls, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (opt.calls == MAP_FAILED)
		quit("mmap");
	close(fd);
}

int main(int argc, char **argv)
{
	static char want[1 << 20];
	long total, runs = 0, bad = 0, stride;
	int status;
	size_t n;

	set_up(argc, argv);
	status = run(0, 0);
	n = slurp(want, sizeof want, opt.out);
	total = *opt.calls;
	if (status != 0) {
		int none = WIFEXITED(status) && WEXITSTATUS(status) == 98;

		slurp(want, sizeof want, opt.err);
		printf("%s: without a fault: status 0x%x\n%s", opt.kind, (unsigned)status, want);
		total = -1;
		bad = none ? 0 : 1;
		status = none ? 77 : 1;
	}
	stride = opt.runs && total > opt.runs ? (total + opt.runs - 1) / opt.runs : 1;
	for (long at = 1; at <= total; at += stride, runs += 2)
		bad += try(at, 0, want, n) + try(at, 1, want, n);
	if (total >= 0)
		printf("%s: %ld calls, %ld runs, %ld bad\n", opt.kind, total, runs, bad);
	unlink(opt.count);
	unlink(opt.out);
	unlink(opt.err);
	return bad ? 1 : status;
}
