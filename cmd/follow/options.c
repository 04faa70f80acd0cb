/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <unistd.h>

#include "base/err.h"
#include "../sandbox.h"
#include "../table.h"
#include "music/target.h"

enum { OPT_WINDOW = CLI_LONG, OPT_HOLD, OPT_DRIVER, OPT_PIN, OPT_PIN_FILE, OPT_EVENTS };

static const struct cli_option options[] = {
	{OPT_WINDOW, "window", "TIME", "one line for each TIME and face, with the mean mood"},
	{OPT_HOLD, "hold", "TIME", "a line only when another mood has lasted for TIME"},
	{OPT_DRIVER, "driver", NULL, "follow the largest, most central face only"},
	{OPT_PIN, "pin", "MOOD", "this mood, whatever the faces say: happy, or sad=0.6,fear=0.4"},
	{OPT_PIN_FILE, "pin-file", "FILE", "the same, while there is a mood in FILE"},
	{OPT_EVENTS, "events", NULL, "list brief expressions, under half a second, instead"},
	{'f', "format", "FORMAT", "tsv, jsonl, text or auto (default: text on a terminal, else tsv)"},
	SANDBOX_OPTION,
	{0},
};

const struct cli follow_tool = {
	"mood-follow",
	"[OPTION]... [RECORDS]...",
	"fer-detect --stream - | mood-follow --hold 20s | moodrec --each songs.csv",
	"Makes of the records of a stream, on standard input or in files, fewer and steadier ones. "
	"It goes by their column `time`.",
	options,
};

void follow_options(struct follow *o, struct cli_args *a)
{
	*o = (struct follow){.hold = -1, .format = TABLE_AUTO};
	for (int key; (key = cli_next(a));)
		switch (key) {
		case OPT_WINDOW:
			if ((o->window = cli_seconds(a)) <= 0)
				usage_error("--window: '%s' is no time that a window could last", a->value);
			break;
		case OPT_HOLD: o->hold = cli_seconds(a); break;
		case OPT_DRIVER: o->driver = 1; break;
		case OPT_EVENTS: o->events = 1; break;
		case OPT_PIN_FILE: o->pin.file = a->value; break;
		case 'f': o->format = cli_word(a, table_formats); break;
		case OPT_PIN:
			o->pin.on = 1;
			if (emo_mood_parse(o->pin.mood, a->value) < 0)
				usage_error("--pin: %s", emo_error());
			break;
		}
	o->pinned = o->pin.on || o->pin.file;
	if (o->pin.on && o->pin.file)
		usage_error("--pin and --pin-file exclude each other");
	if (o->events && (o->window > 0 || o->hold >= 0 || o->pinned))
		usage_error("--events takes single frames as they are: no --window, --hold or --pin");
	if (!(o->window > 0 || o->hold >= 0 || o->driver || o->events || o->pinned))
		usage_error("nothing to do: give --window, --hold, --driver, --pin or --events");
	if (!a->nfiles && isatty(STDIN_FILENO))
		usage_error("no records given, and standard input is a terminal");
}
