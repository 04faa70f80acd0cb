/* SPDX-License-Identifier: MIT */
#include "music/paths.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

int emo_path_is_uri(const char *text)
{
	size_t n =
		strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	return n > 1 && text[n] == ':'; /* one letter is a drive */
}

static int too_long(const char *path)
{
	return emo_fail("%.200s...: path too long", path);
}

int emo_path_absolute(char *buf, size_t size, const char *folder, const char *path)
{
	const char *parts[2] = {*path == '/' ? "" : folder, path};
	size_t n = 0;

	for (int k = 0; k < 2; k++)
		for (const char *s = parts[k]; *s;) {
			size_t len = strcspn(s, "/");

			if (len == 2 && s[0] == '.' && s[1] == '.') {
				while (n > 0 && buf[--n] != '/')
					;
			} else if (len > 0 && !(len == 1 && *s == '.')) {
				if (n + len + 2 > size)
					return too_long(path);
				buf[n++] = '/';
				memcpy(buf + n, s, len);
				n += len;
			}
			s += len + (s[len] == '/');
		}
	if (n == 0) {
		if (size < 2)
			return too_long(path);
		buf[n++] = '/';
	}
	buf[n] = '\0';
	return 0;
}

int emo_path_relative(char *buf, size_t size, const char *folder, const char *path)
{
	size_t same = 0, n = 0;
	int len;

	if (strcmp(folder, "/") == 0)
		folder = "";
	for (size_t i = 0; folder[i] == path[i] || !folder[i]; i++) {
		if (path[i] == '/' && (folder[i] == '/' || !folder[i]))
			same = i;
		if (!folder[i] || !path[i])
			break;
	}
	for (const char *s = folder + same; *s; s++)
		if (*s == '/') {
			if (n + 4 > size)
				return too_long(path);
			memcpy(buf + n, "../", 3);
			n += 3;
		}
	len = snprintf(buf + n, size - n, "%s", path + same + (path[same] == '/'));
	return len < 0 || (size_t)len >= size - n ? too_long(path) : 0;
}
