/* SPDX-License-Identifier: MIT */
/* What cameras and files do to a picture: light, contrast, focus, size, noise, blocks of 8 x 8. */
#include <math.h>
#include <string.h>

#include "face/compose.h"
#include "face/pyramid.h"

static int happens(struct emo_rng *rng, float probability)
{
	return emo_rng_uniform(rng, 0, 1) < probability;
}

static uint8_t to_byte(float v)
{
	return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)(v + .5f);
}

static void light(uint8_t *tile, int n, struct emo_rng *rng)
{
	float gain = emo_rng_uniform(rng, .45f, 1.3f), lift = emo_rng_uniform(rng, -45, 45);
	float gamma = happens(rng, .4f) ? exp2f(emo_rng_uniform(rng, -1, 1)) : 1;
	uint8_t table[256];

	for (int i = 0; i < 256; i++) {
		float v = 255 * powf((float)i / 255, gamma);

		table[i] = to_byte((v - 128) * gain + 128 + lift);
	}
	for (int i = 0; i < n; i++)
		tile[i] = table[tile[i]];
}

/* Light from one side. */
static void shade(uint8_t *tile, int side, struct emo_rng *rng)
{
	float angle = emo_rng_uniform(rng, 0, 6.2832f), depth = emo_rng_uniform(rng, .2f, .8f);
	float du = depth * cosf(angle) / (float)side, dv = depth * sinf(angle) / (float)side;

	for (int y = 0; y < side; y++)
		for (int x = 0; x < side; x++) {
			float k = 1 + du * ((float)x - (float)side / 2) +
				  dv * ((float)y - (float)side / 2);

			tile[y * side + x] = to_byte(k * (float)tile[y * side + x]);
		}
}

/* Smaller, then as large as before: detail is lost. */
static void coarsen(uint8_t *tile, uint8_t *scratch, int side, struct emo_rng *rng)
{
	int small = (int)((float)side / emo_rng_uniform(rng, 1.1f, 2.8f));
	struct emo_image from = {small, small, 1, scratch}, whole = {side, side, 1, tile};
	float k = (float)side / (float)small, m[6] = {k, 0, 0, 0, k, 0};

	emo_grey_sample(scratch, small, small, &whole, m);
	m[0] = m[4] = 1 / k;
	emo_grey_sample(tile, side, side, &from, m);
}

/* Each pixel becomes the mean of 2 r + 1 in its row, or column. */
static void smear(uint8_t *tile, uint8_t *scratch, int side, int r, int step_along, int step_across)
{
	memcpy(scratch, tile, (size_t)side * (size_t)side);
	for (int i = 0; i < side; i++)
		for (int j = r; j < side - r; j++) {
			const uint8_t *from = scratch + i * step_across + j * step_along;
			int sum = 0;

			for (int k = -r; k <= r; k++)
				sum += from[k * step_along];
			tile[i * step_across + j * step_along] = (uint8_t)(sum / (2 * r + 1));
		}
}

/* The sum of eight random bytes is nearly normal, with a deviation of 209. */
static void add_noise(uint8_t *tile, int n, float deviation, struct emo_rng *rng)
{
	int scale = (int)(deviation * 65536 / 209);

	for (int i = 0; i < n; i++) {
		uint64_t r = emo_rng_next(rng);
		int sum = -1020, v;

		for (int k = 0; k < 8; k++, r >>= 8)
			sum += (int)(r & 255);
		v = tile[i] + ((sum * scale + (1 << 15)) >> 16);
		tile[i] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
}

/* ---- JPEG's loss: cosine transforms of blocks, rounded to coarse steps ---- */

static void transform(float out[64], const float in[64], float basis[8][8], int inverse)
{
	for (int i = 0; i < 8; i++) /* along rows, and turned */
		for (int k = 0; k < 8; k++) {
			float sum = 0;

			for (int x = 0; x < 8; x++)
				sum += in[i * 8 + x] * (inverse ? basis[x][k] : basis[k][x]);
			out[k * 8 + i] = sum;
		}
}

static void round_block(uint8_t *at, int side, float basis[8][8], float coarse)
{
	float a[64], b[64];

	for (int i = 0; i < 64; i++)
		a[i] = (float)at[i / 8 * side + i % 8] - 128;
	transform(b, a, basis, 0);
	transform(a, b, basis, 0);
	for (int i = 0; i < 64; i++) { /* about the slope of the table in annex K of the standard */
		float step = coarse * (10 + 6 * (float)(i / 8 + i % 8));

		a[i] = step * nearbyintf(a[i] / step);
	}
	transform(b, a, basis, 1);
	transform(a, b, basis, 1);
	for (int i = 0; i < 64; i++)
		at[i / 8 * side + i % 8] = to_byte(a[i] + 128);
}

static void blocks(uint8_t *tile, int side, struct emo_rng *rng)
{
	float coarse = emo_rng_uniform(rng, .5f, 3), basis[8][8];

	for (int k = 0; k < 8; k++)
		for (int x = 0; x < 8; x++)
			basis[k][x] = (k ? .5f : .35355339f) *
				      cosf((float)((2 * x + 1) * k) * 3.14159265f / 16);
	for (int y = 0; y + 8 <= side; y += 8)
		for (int x = 0; x + 8 <= side; x += 8)
			round_block(tile + y * side + x, side, basis, coarse);
}

void emo_degrade(uint8_t *tile, uint8_t *scratch, int side, struct emo_rng *rng)
{
	int n = side * side;

	if (happens(rng, .3f))
		coarsen(tile, scratch, side, rng);
	if (happens(rng, .1f))
		smear(tile, scratch, side, 1 + (int)emo_rng_below(rng, 2), 1, side);
	if (happens(rng, .1f))
		smear(tile, scratch, side, 1 + (int)emo_rng_below(rng, 2), side, 1);
	if (happens(rng, .2f))
		shade(tile, side, rng);
	if (happens(rng, .85f))
		light(tile, n, rng);
	if (happens(rng, .3f))
		add_noise(tile, n, emo_rng_uniform(rng, 2, 14), rng);
	if (happens(rng, .2f))
		blocks(tile, side, rng);
}
