/* SPDX-License-Identifier: MIT */
/*
 * A library to preload that makes calls fail: of the kind in FAULT_KIND (malloc, read, write, fsync,
 * rename, mmap, open, or none) the one with number FAULT_AT, counted from 1, and all after it when
 * FAULT_ON is set. The calls made so far are counted in the file FAULT_COUNT, mapped, so that the
 * parent sees them however the process ends.
 *
 * Memory is interposed. System calls are trapped by seccomp, because stdio's are made inside of the
 * C library and cannot be interposed: the handler of SIGSYS counts, and makes the call itself from
 * the one address that the filter lets pass.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { KINDS_MAX = 4 };

static const struct kind {
	const char *name;
	int nr[KINDS_MAX], error;
} kinds[] = {
#if defined __x86_64__
	{"rename", {SYS_rename, SYS_renameat, SYS_renameat2, -1}, EIO},
	{"open", {SYS_open, SYS_openat, -1, -1}, EMFILE},
#else
	{"rename", {SYS_renameat, SYS_renameat2, -1, -1}, EIO},
	{"open", {SYS_openat, -1, -1, -1}, EMFILE},
#endif
	{"read", {SYS_read, SYS_pread64, SYS_readv, -1}, EIO},
	{"write", {SYS_write, SYS_pwrite64, SYS_writev, -1}, ENOSPC},
	{"fsync", {SYS_fsync, SYS_fdatasync, -1, -1}, EIO},
	{"mmap", {SYS_mmap, -1, -1, -1}, ENOMEM},
};

static long fail_at;
static int fail_on, memory, error;
static _Atomic long *count;

/* Counts a call; whether it is to fail. */
static int fails(void)
{
	long n;

	if (!count)
		return 0;
	n = ++*count;
	return fail_at && (n == fail_at || (fail_on && n > fail_at));
}

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static int memory_fails(void)
{
	if (!memory || !fails())
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t n)
{
	return memory_fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return memory_fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return memory_fails() ? NULL : __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
	return memory_fails() ? NULL : __libc_memalign(align, n);
}

int posix_memalign(void **p, size_t align, size_t n)
{
	void *got = memory_fails() ? NULL : __libc_memalign(align, n);

	if (!got)
		return ENOMEM;
	*p = got;
	return 0;
}

#if defined __x86_64__
long fault_call(long nr, long a, long b, long c, long d, long e, long f);
extern const char fault_made[];
__asm__(".text\n.hidden fault_call\n.hidden fault_made\n.globl fault_call, fault_made\n"
	"fault_call:\n\tmov %rdi, %rax\n\tmov %rsi, %rdi\n\tmov %rdx, %rsi\n\tmov %rcx, %rdx\n"
	"\tmov %r8, %r10\n\tmov %r9, %r8\n\tmov 8(%rsp), %r9\n\tsyscall\nfault_made:\n\tret\n");
static const int registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
#define ARG(u, k) ((long)(u)->uc_mcontext.gregs[registers[k]])
#define RESULT(u) ((u)->uc_mcontext.gregs[REG_RAX])
#define CAN_TRAP 1
#elif defined __aarch64__
long fault_call(long nr, long a, long b, long c, long d, long e, long f);
extern const char fault_made[];
__asm__(".text\n.hidden fault_call\n.hidden fault_made\n.globl fault_call, fault_made\n"
	"fault_call:\n\tmov x8, x0\n\tmov x0, x1\n\tmov x1, x2\n\tmov x2, x3\n\tmov x3, x4\n"
	"\tmov x4, x5\n\tmov x5, x6\n\tsvc #0\nfault_made:\n\tret\n");
#define ARG(u, k) ((long)(u)->uc_mcontext.regs[k])
#define RESULT(u) ((u)->uc_mcontext.regs[0])
#define CAN_TRAP 1
#endif

#ifdef CAN_TRAP
static void on_call(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	int to_stderr = error == ENOSPC && ARG(u, 0) == STDERR_FILENO; /* the messages */

	(void)sig;
	if (!to_stderr && fails())
		RESULT(u) = -error;
	else
		RESULT(u) = fault_call(info->si_syscall, ARG(u, 0), ARG(u, 1), ARG(u, 2),
				       ARG(u, 3), ARG(u, 4), ARG(u, 5));
}

static int trap(const struct kind *k)
{
	struct sigaction act = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_NODEFER};
	uint64_t pass = (uint64_t)(uintptr_t)fault_made;
	struct sock_filter f[12 + KINDS_MAX];
	struct sock_fprog prog = {.filter = f};
	unsigned short n = 0;

	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					      offsetof(struct seccomp_data, nr));
	for (int i = 0; i < KINDS_MAX; i++)
		f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)k->nr[i],
						      (unsigned char)(KINDS_MAX - i), 0);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					      offsetof(struct seccomp_data, instruction_pointer));
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)pass, 0, 3);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					      offsetof(struct seccomp_data, instruction_pointer) + 4);
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(pass >> 32), 0, 1);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
	prog.len = n;
	sigaction(SIGSYS, &act, NULL);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
}
#else
static int trap(const struct kind *k)
{
	(void)k;
	return -1;
}
#endif

__attribute__((constructor)) static void start(void)
{
	const char *kind = getenv("FAULT_KIND"), *at = getenv("FAULT_AT");
	const char *path = getenv("FAULT_COUNT");
	_Atomic long *mapped;
	int fd;

	if (!kind || !at || !path || (fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return;
	mapped = mmap(NULL, sizeof *mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (mapped == MAP_FAILED)
		_exit(99);
	fail_at = atol(at);
	fail_on = getenv("FAULT_ON") != NULL;
	memory = strcmp(kind, "malloc") == 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kind, kinds[i].name) == 0) {
			error = kinds[i].error;
			if (trap(&kinds[i]))
				_exit(98); /* not to be had on this system */
		}
	count = mapped;
}
