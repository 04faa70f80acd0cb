/* SPDX-License-Identifier: MIT */
#include "pin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../cli.h"
#include "base/err.h"
#include "music/target.h"

/* A file is empty for a moment when it is written anew; this long, and it is meant. */
#define MOMENT 0.1

static int is_new(const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)(now.tv_sec - st->st_mtim.tv_sec) +
		       1e-9 * (double)(now.tv_nsec - st->st_mtim.tv_nsec) < MOMENT;
}

/* The file without blanks at its end, "" when there is none; -1 for one to be looked at later. */
static int read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	*text = '\0';
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, size - 1) : -1;
	close(fd);
	if (n < 0 || (n == 0 && is_new(&st)))
		return -1;
	text[n] = '\0';
	while (n > 0 && strchr(" \t\r\n", text[n - 1]))
		text[--n] = '\0';
	return 0;
}

int pin_look(struct pin *p)
{
	char text[sizeof p->text];
	float mood[EMO_EMOTIONS];

	if (!p->file || read_text(p->file, text, sizeof text) < 0 || strcmp(text, p->text) == 0 ||
	    strcmp(text, p->bad) == 0)
		return 0;
	if (*text && emo_mood_parse(mood, text) < 0) {
		memcpy(p->bad, text, sizeof text);
		warn("%s: %s; the mood stays as it is", p->file, emo_error());
		return 0;
	}
	memcpy(p->text, text, sizeof text);
	p->bad[0] = '\0';
	p->on = *text != '\0';
	if (p->on)
		memcpy(p->mood, mood, sizeof mood);
	return 1;
}
