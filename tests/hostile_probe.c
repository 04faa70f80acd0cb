/* SPDX-License-Identifier: MIT */
/*
 * Writes pictures that promise much to standard output:
 *
 *	hostile_probe png W H        a PNG whose first rows are there
 *	hostile_probe jpeg W H N     a progressive JPEG of N scans, which are valid up to some 870: a
 *	                             few bytes each, and each a pass over the whole picture
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void big_endian(uint8_t *to, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void chunk(const char *type, const uint8_t *data, size_t n)
{
	uint8_t length[4], crc[4];
	uLong sum = crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);

	big_endian(length, (uint32_t)n);
	big_endian(crc, (uint32_t)(n ? crc32(sum, data, (uInt)n) : sum));
	fwrite(length, 1, 4, stdout);
	fwrite(type, 1, 4, stdout);
	fwrite(data, 1, n, stdout);
	fwrite(crc, 1, 4, stdout);
}

static int png(uint32_t w, uint32_t h)
{
	static uint8_t rows[1 << 20], packed[1 << 20];
	uLongf n = sizeof packed;
	uint8_t head[13] = {[8] = 8}; /* 8 bits of grey */

	big_endian(head, w);
	big_endian(head + 4, h);
	if (compress(packed, &n, rows, sizeof rows) != Z_OK)
		return 1;
	fwrite("\x89PNG\r\n\x1a\n", 1, 8, stdout);
	chunk("IHDR", head, sizeof head);
	chunk("IDAT", packed, n);
	chunk("IEND", packed, 0);
	return 0;
}

static void bytes(const char *hex)
{
	unsigned v;

	for (; sscanf(hex, "%2x", &v) == 1; hex += 2)
		putchar((int)v);
}

/* Bits, most significant first, with JPEG's zero after 0xff; at the end filled with ones. */
static void bits(unsigned value, int n, int end)
{
	static unsigned held, count;

	for (int i = n - 1; i >= 0 || (end && count); i--) {
		held = held << 1 | (i >= 0 ? value >> i & 1 : 1);
		if (++count == 8) {
			putchar((int)(held & 255));
			if ((held & 255) == 255)
				putchar(0);
			held = count = 0;
		}
	}
}

/* Code 0 is symbol e0: a run of 2^14 + 14 bits blocks in which nothing changes. */
static void empty_scan(unsigned long blocks)
{
	while (blocks) {
		unsigned long run = blocks < 32767 ? blocks : 32767;

		if (run < 16384) { /* code 10 is symbol 00: one block */
			bits(2, 2, 0);
			run = 1;
		} else {
			bits(0, 1, 0);
			bits((unsigned)run - 16384, 14, 0);
		}
		blocks -= run;
	}
	bits(0, 0, 1);
}

static int jpeg(unsigned w, unsigned h, long scans)
{
	unsigned long blocks = (unsigned long)((w + 7) / 8) * ((h + 7) / 8);

	bytes("ffd8ffdb004300");
	for (int i = 0; i < 64; i++)
		putchar(1);
	bytes("ffc2000b08");
	printf("%c%c%c%c", h >> 8, h & 255, w >> 8, w & 255);
	bytes("01011100");
	bytes("ffc400140001000000000000000000000000000000" "00"); /* DC: code 0 is "no difference" */
	bytes("ffc400151001010000000000000000000000000000" "e000");
	bytes("ffda0008010100000000");
	for (unsigned long i = 0; i < blocks; i++)
		bits(0, 1, 0);
	bits(0, 0, 1);
	for (long k = 1; k < scans; k++) {
		unsigned at = 1 + (unsigned)(k - 1) / 14 % 63, low = 13 - (unsigned)(k - 1) % 14;

		bytes("ffda00080101" "00");
		printf("%c%c%c", at, at, (low == 13 ? 0 : (low + 1) << 4) | low);
		empty_scan(blocks);
	}
	bytes("ffd9");
	return 0;
}

int main(int argc, char **argv)
{
	unsigned w = argc > 2 ? (unsigned)atol(argv[2]) : 0, h = argc > 3 ? (unsigned)atol(argv[3]) : 0;

	if (argc == 4 && strcmp(argv[1], "png") == 0)
		return png(w, h);
	if (argc == 5 && strcmp(argv[1], "jpeg") == 0)
		return jpeg(w, h, atol(argv[4]));
	return 1;
}
