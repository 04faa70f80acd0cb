/* SPDX-License-Identifier: MIT */
/*
 * All of libemo: a photo becomes a mood, a mood becomes a playlist. Each module's own header says
 * what it promises; start with fer/classify.h and emotion.h. C++ programs include this one.
 */
#ifndef EMO_EMO_H
#define EMO_EMO_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/api.h"
#include "base/csv.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limit.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/par.h"
#include "base/rng.h"
#include "base/store.h"
#include "base/text.h"
#include "emotion.h"
#include "face/album.h"
#include "face/align.h"
#include "face/detect.h"
#include "face/track.h"
#include "face/train.h"
#include "fer/augment.h"
#include "fer/calibrate.h"
#include "fer/classify.h"
#include "fer/dataset.h"
#include "fer/follow.h"
#include "fer/metrics.h"
#include "fer/report.h"
#include "fer/train.h"
#include "fer/votes.h"
#include "image/image.h"
#include "image/picture.h"
#include "image/stream.h"
#include "image/warp.h"
#include "music/index.h"
#include "music/m3u.h"
#include "music/paths.h"
#include "music/pick.h"
#include "music/rank.h"
#include "music/rate.h"
#include "music/songs.h"
#include "music/tags.h"
#include "music/target.h"
#include "music/taste.h"
#include "music/where.h"
#include "nn/model.h"
#include "nn/net.h"
#include "nn/opt.h"
#include "nn/run.h"
#include "record.h"

#ifdef __cplusplus
}
#endif

#endif
