/* SPDX-License-Identifier: MIT */
/* Internal: running a network that finds faces over a picture, at all sizes at once. */
#ifndef EMO_FACE_SCAN_H
#define EMO_FACE_SCAN_H

#include "face/detect.h"
#include "face/refine.h"
#include "nn/net.h"

/* What the network sees of a byte: (byte - mean) * scale; 0 is also what is beyond an edge. */
#define EMO_SCAN_MEAN  128.f
#define EMO_SCAN_SCALE (1 / 64.f)

#define EMO_FACE_SURE .8f /* score of what is a face without doubt */

/* -1 when the model sees bytes in another way. */
int emo_scan_check_bytes(const struct emo_model *m, const char *name);

struct emo_scan;

/* The network, which is folded and borrowed, must have a [detect] layer of 5 points at its end. */
struct emo_scan *emo_scan_new(struct emo_net *net, const char *name, struct emo_pool *pool);
void emo_scan_free(struct emo_scan *s);

/* From now on what is found is looked at again by this network, which is folded and borrowed. */
int emo_scan_refine(struct emo_scan *s, struct emo_net *net, const char *name);

/* Cuts a piece out of the picture that was last run over, as a grey (side, side) picture. */
void emo_scan_cut(const struct emo_scan *s, uint8_t *out, int side, const struct emo_cut *cut);

/* As emo_detect, with a threshold above 0; but before emo_faces_tidy. */
int emo_scan_run(struct emo_scan *s, const struct emo_image *img, float min_face, float threshold,
		 struct emo_face **faces, size_t *n);

/*
 * Of faces that lie over each other the best stays, moved to the weighted mean of those that agree
 * with it. Sorted, best first. Returns how many are left.
 */
size_t emo_faces_merge(struct emo_face *faces, size_t n);

/*
 * What is told of faces, which are sorted, the best first: none that is a part of a better one, as a
 * mouth is that looks like a small face, nor one around a sure one; and of boxes what of them is in the
 * picture. Returns how many are left.
 */
size_t emo_faces_tidy(struct emo_face *faces, size_t n, int w, int h);

/* What two networks say of one face, as one probability. */
float emo_joint_score(float first, float second);

/* The area that two boxes share, in pixels. */
float emo_face_shared(const struct emo_face *a, const struct emo_face *b);

#endif
