/* SPDX-License-Identifier: MIT */
#include "fer/augment.h"

#include <math.h>

#define MIN_AREA   0.02f
#define MAX_AREA   0.25f
#define MAX_ASPECT 3.3f

struct emo_augment emo_augment_default(void)
{
	return (struct emo_augment){
		.flip = 0.5f,
		.rotate = 15,
		.scale = 0.12f,
		.shift = 5,
		.contrast = 0.3f,
		.bright = 0.1f,
		.erase = 0.4f,
	};
}

/* Pixel (x, y) of the crop shows the point (x0 + ux x + vx y, y0 + uy x + vy y) of the source. */
struct view {
	float x0, y0, ux, uy, vx, vy;
};

static float either_way(struct emo_rng *rng, float most)
{
	return emo_rng_uniform(rng, -most, most);
}

static struct view draw_view(int crop, int side, const struct emo_augment *a, struct emo_rng *rng)
{
	int mirror = emo_rng_uniform(rng, 0, 1) < a->flip;
	float angle = either_way(rng, a->rotate) * (3.14159265f / 180);
	float zoom = 1 + either_way(rng, a->scale);
	float dx = either_way(rng, a->shift), dy = either_way(rng, a->shift);
	float c = cosf(angle) / zoom, s = sinf(angle) / zoom;
	float middle = (float)(crop - 1) / 2;               /* of the crop, */
	float centre = middle + (float)((side - crop) / 2); /* where the source has it */
	struct view v = {.ux = mirror ? -c : c, .uy = mirror ? -s : s, .vx = -s, .vy = c};

	v.x0 = centre + dx - middle * (v.ux + v.vx);
	v.y0 = centre + dy - middle * (v.uy + v.vy);
	return v;
}

static float clamp(float v, float max)
{
	return v > 0 ? (v < max ? v : max) : 0;
}

/* Bilinear. Holding the point inside the source is the same as repeating its edge. */
static void sample(float *out, int crop, const uint8_t *in, int side, const struct view *v)
{
	float last = (float)(side - 1);

	for (int y = 0; y < crop; y++)
		for (int x = 0; x < crop; x++) {
			float sx = clamp(v->x0 + v->ux * (float)x + v->vx * (float)y, last);
			float sy = clamp(v->y0 + v->uy * (float)x + v->vy * (float)y, last);
			int left = (int)sx, top = (int)sy;
			int right = left + (left < side - 1);
			const uint8_t *upper = in + top * side;
			const uint8_t *lower = upper + (top < side - 1 ? side : 0);
			float fx = sx - (float)left, fy = sy - (float)top;
			float p = (float)upper[left], q = (float)lower[left];

			p += fx * ((float)upper[right] - p);
			q += fx * ((float)lower[right] - q);
			*out++ = p + fy * (q - p);
		}
}

static void change_tone(float *px, int n, const struct emo_augment *a, struct emo_rng *rng)
{
	float gain = 1 + either_way(rng, a->contrast), shift = either_way(rng, a->bright) * 255;
	float mean = 0;

	if (a->contrast == 0 && a->bright == 0)
		return;
	for (int i = 0; i < n; i++)
		mean += px[i];
	mean /= (float)n;
	for (int i = 0; i < n; i++)
		px[i] = clamp(mean + gain * (px[i] - mean) + shift, 255);
}

/* A side of the rectangle: whole pixels, at least one, at most all. */
static int whole(float v, int most)
{
	int n = (int)(v + 0.5f);

	return n < 1 ? 1 : n < most ? n : most;
}

static int place(struct emo_rng *rng, int room)
{
	return (int)emo_rng_uniform(rng, 0, (float)(room + 1));
}

static void erase(float *out, int crop, const struct emo_augment *a, struct emo_rng *rng)
{
	int wanted = emo_rng_uniform(rng, 0, 1) < a->erase;
	float area = emo_rng_uniform(rng, MIN_AREA, MAX_AREA) * (float)(crop * crop);
	float aspect = expf(either_way(rng, logf(MAX_ASPECT)));
	int w = whole(sqrtf(area * aspect), crop), h = whole(sqrtf(area / aspect), crop);
	int x0 = place(rng, crop - w), y0 = place(rng, crop - h);
	/* noise from a generator of its own: rng has moved equally far whatever is erased */
	struct emo_rng noise = emo_rng_at(emo_rng_next(rng), 0, 0);
	uint64_t bytes = 0;
	int left = 0;

	for (int y = y0; wanted && y < y0 + h; y++)
		for (int x = x0; x < x0 + w; x++) {
			if (left-- == 0) {
				bytes = emo_rng_next(&noise);
				left = 7;
			}
			out[y * crop + x] = (float)(bytes & 255);
			bytes >>= 8;
		}
}

void emo_augment_image(float *out, int crop, const uint8_t *in, int side,
		       const struct emo_augment *a, struct emo_rng *rng)
{
	struct view v = draw_view(crop, side, a, rng);

	sample(out, crop, in, side, &v);
	change_tone(out, crop * crop, a, rng);
	erase(out, crop, a, rng);
}
