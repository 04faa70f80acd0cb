/* SPDX-License-Identifier: MIT */
/*
 * seccomp-filters ARCHITECTURE: prints the sandbox's filters as C arrays, made by libseccomp. It
 * runs where the tools are built, so that they need neither libseccomp nor memory to enter the
 * sandbox. Built for this machine whatever the tools are built for: calls go by their numbers here,
 * libseccomp translates them; those that the other machine lacks are left out. Flags of open() have
 * the same numbers on all machines that the Makefile names.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define KILL SCMP_ACT_KILL_PROCESS
#define EACCES_OF_LINUX 13
#define ENOSYS_OF_LINUX 38

static void need(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "seccomp-filters: %s: error %d\n", what, -result);
	exit(1);
}

static void on(scmp_filter_ctx f, uint32_t action, const int *calls)
{
	for (; *calls != -1; calls++)
		need(seccomp_rule_add(f, action, *calls, 0), "a call");
}

/* Calls that make or change files; open with any flag that does. */
static void on_writing(scmp_filter_ctx f, uint32_t action)
{
	static const int calls[] = {
		SCMP_SYS(creat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
		SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rmdir), SCMP_SYS(mkdir),
		SCMP_SYS(mkdirat), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink),
		SCMP_SYS(symlinkat), SCMP_SYS(truncate), SCMP_SYS(mknod), SCMP_SYS(mknodat),
		SCMP_SYS(chmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchownat), -1};
	static const unsigned flags[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		need(seccomp_rule_add(f, action, SCMP_SYS(open), 1,
				      SCMP_A1(SCMP_CMP_MASKED_EQ, flags[i], flags[i])), "open");
		need(seccomp_rule_add(f, action, SCMP_SYS(openat), 1,
				      SCMP_A2(SCMP_CMP_MASKED_EQ, flags[i], flags[i])), "openat");
	}
	on(f, action, calls);
}

/* writing: what happens then */
static void make(const char *name, const char *machine, uint32_t writing)
{
	static const int calls[] = {
		SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind),
		SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork),
		SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
		SCMP_SYS(mount), SCMP_SYS(chroot), SCMP_SYS(bpf), SCMP_SYS(keyctl), -1};
	/* other ways to open files, whose flags a filter cannot see: as if they did not exist */
	static const int unseen[] = {SCMP_SYS(openat2), SCMP_SYS(io_uring_setup), -1};
	struct {
		unsigned short code;
		unsigned char jt, jf;
		unsigned k;
	} line; /* struct sock_filter */
	uint32_t arch = seccomp_arch_resolve_name(machine);
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	FILE *file = tmpfile();

	if (!f || !file || !arch)
		need(-1, arch ? "memory or a temporary file" : "the architecture is unknown");
	if (arch != seccomp_arch_native()) {
		need(seccomp_arch_add(f, arch), "architecture");
		need(seccomp_arch_remove(f, SCMP_ARCH_NATIVE), "architecture");
	}
	on(f, KILL, calls);
	on(f, SCMP_ACT_ERRNO(ENOSYS_OF_LINUX), unseen);
	if (writing != SCMP_ACT_ALLOW)
		on_writing(f, writing);
	need(seccomp_export_bpf(f, fileno(file)), "export");
	rewind(file);
	printf("static const struct sock_filter %s[] = {\n", name);
	while (fread(&line, sizeof line, 1, file) == 1)
		printf("\t{0x%02x, %d, %d, 0x%08x},\n", line.code, line.jt, line.jf, line.k);
	puts("};");
	fclose(file);
	seccomp_release(f);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "Usage: seccomp-filters ARCHITECTURE\n");
		return 1;
	}
	seccomp_api_set(3); /* kill the process: this system may be older than the one it is for */
	make("filter_reading", argv[1], KILL);
	make("filter_refusing", argv[1], SCMP_ACT_ERRNO(EACCES_OF_LINUX));
	make("filter_writing", argv[1], SCMP_ACT_ALLOW);
	return fflush(stdout) || ferror(stdout) ? 1 : 0;
}
