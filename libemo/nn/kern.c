/* SPDX-License-Identifier: MIT */
typedef int emo_kern_is_coming;
