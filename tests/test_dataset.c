/* SPDX-License-Identifier: MIT */
/* Folders of images, validation splits made from Training, and FER-2013 itself. */
#include <sys/stat.h>

#include "base/rng.h"
#include "dataset_csv.h"

/* ROWS rows of COPIES copies each, in an order that depends on the seed. */
enum { DISTINCT = 1000, COPIES = 3, ROWS = DISTINCT * COPIES };

static void save_copies(const char *name, uint64_t seed)
{
	struct emo_rng rng = emo_rng_at(seed, 0, 0);
	static uint32_t order[ROWS];

	emo_rng_permutation(&rng, order, ROWS);
	header();
	row("0", 255, "PrivateTest");
	for (int i = 0; i < ROWS; i++) {
		uint32_t image = order[i] % DISTINCT;

		add("%u,%u %u ", order[i] % 7, image / 256, image % 256);
		add_pixels(0, PIXELS - 2);
		add(",Training\n");
	}
	save(name);
}

/* held[k]: how many copies of image k became PublicTest. */
static void load_held(int held[DISTINCT], const char *name, uint64_t seed)
{
	struct emo_dataset_options o = {.hold_out = 1, .seed = seed};
	struct emo_dataset d;

	memset(held, 0, DISTINCT * sizeof *held);
	loads(&d, at(name), &o);
	CHECK_INT(d.n, ROWS + 1);
	CHECK_INT(d.held_out, 1);
	CHECK_INT(d.found[EMO_PUBLIC_TEST], 0);
	CHECK_INT(d.split[0], EMO_PRIVATE_TEST);
	for (size_t i = 1; i < d.n; i++) {
		const uint8_t *px = emo_dataset_image(&d, i);

		CHECK(d.split[i] != EMO_PRIVATE_TEST);
		held[px[0] * 256 + px[1]] += d.split[i] == EMO_PUBLIC_TEST;
	}
	emo_dataset_done(&d);
}

static void test_hold_out(void)
{
	static int a[DISTINCT], b[DISTINCT], c[DISTINCT];
	int chosen = 0, same = 1, differ = 0;

	save_copies("copies1.csv", 1);
	save_copies("copies2.csv", 2);
	load_held(a, "copies1.csv", 5);
	load_held(b, "copies2.csv", 5);
	load_held(c, "copies1.csv", 6);
	for (int i = 0; i < DISTINCT; i++) {
		CHECK(a[i] == 0 || a[i] == COPIES);
		chosen += a[i] > 0;
		same = same && a[i] == b[i];
		differ += a[i] != c[i];
	}
	CHECK(chosen > 70 && chosen < 130); /* 100 expected, standard deviation 9.5 */
	CHECK(same);
	CHECK(differ > 50);
}

static void test_hold_out_limits(void)
{
	struct emo_dataset_options o = {.hold_out = 1};
	struct emo_dataset d;
	int held = 0;

	header(); /* two images: one is set aside, whatever their hashes */
	row("0", 0, "Training");
	row("0", 1, "Training");
	loads(&d, save("two.csv"), &o);
	for (size_t i = 0; i < d.n; i++)
		held += d.split[i] == EMO_PUBLIC_TEST;
	CHECK_INT(held, 1);
	CHECK_INT(d.held_out, 1);
	emo_dataset_done(&d);

	header(); /* one image twice cannot be divided */
	row("0", 0, "Training");
	row("0", 0, "Training");
	loads(&d, save("one.csv"), &o);
	CHECK_INT(d.held_out, 0);
	CHECK_INT(d.n, 2);
	emo_dataset_done(&d);

	header(); /* a validation split that exists is left as it is */
	for (int i = 0; i < 100; i++)
		row("0", i, i ? "Training" : "PublicTest");
	loads(&d, save("has.csv"), &o);
	CHECK_INT(d.held_out, 0);
	for (size_t i = 0; i < d.n; i++)
		held += d.split[i] == EMO_PUBLIC_TEST;
	CHECK_INT(held, 2);
	emo_dataset_done(&d);
}

/* What is set aside does not depend on which splits are asked for. */
static void test_hold_out_of_one_split(void)
{
	struct emo_dataset_options o = {.hold_out = 1, .splits = 1u << EMO_PUBLIC_TEST};
	struct emo_dataset all, d;
	size_t k = 0;

	header();
	for (int i = 0; i < 200; i++)
		row("3", i, "Training");
	save("parts.csv");
	loads(&d, at("parts.csv"), &o);
	o.splits = 0;
	loads(&all, at("parts.csv"), &o);
	CHECK(d.n > 0 && d.n < 60);
	for (size_t i = 0; i < all.n; i++)
		if (all.split[i] == EMO_PUBLIC_TEST && CHECK(k < d.n)) {
			CHECK_INT(d.row[k], all.row[i]);
			CHECK(memcmp(emo_dataset_image(&d, k), emo_dataset_image(&all, i),
				     PIXELS) == 0);
			k++;
		}
	CHECK_INT(k, d.n);
	emo_dataset_done(&d);
	emo_dataset_done(&all);
}

static void make_dir(const char *name)
{
	CHECK(mkdir(at(name), 0777) == 0);
}

/* A plain grey picture, or a PPM when channels is 3. */
static void picture(const char *name, int w, int h, int channels, int value)
{
	static char data[1 << 14];
	int n = snprintf(data, sizeof data, "P%d\n%d %d\n255\n", channels == 3 ? 6 : 5, w, h);

	memset(data + n, value, (size_t)(w * h * channels));
	put(name, data, (size_t)(n + w * h * channels));
}

static void test_folders(void)
{
	struct emo_dataset_options o = {0};
	struct emo_dataset d;

	make_dir("tree");
	make_dir("tree/Train");
	make_dir("tree/Train/Happiness");
	make_dir("tree/Train/0");
	make_dir("tree/test");
	make_dir("tree/test/SAD");
	make_dir("tree/.git");
	picture("tree/Train/Happiness/b.PGM", 48, 48, 1, 2);
	picture("tree/Train/Happiness/B.pgm", 48, 48, 1, 1);
	picture("tree/Train/0/big.pgm", 96, 96, 1, 3);
	picture("tree/Train/0/small.ppm", 20, 30, 3, 4);
	picture("tree/test/SAD/x.pnm", 48, 48, 1, 5);
	put("tree/Train/Happiness/Thumbs.db", "?", 1);
	put("tree/readme.txt", "?", 1);
	put("tree/Train/0/.hidden.png", "?", 1);

	if (!loads(&d, at("tree"), &o))
		return;
	CHECK_INT(d.n, 5);
	CHECK_INT(d.side, 48);
	/* sorted: 0 before Happiness, B before b, Train before test */
	for (size_t i = 0; i < d.n; i++) {
		static const uint8_t want[5][3] = {
			{3, EMO_ANGRY, 0}, {4, EMO_ANGRY, 0}, {1, EMO_HAPPY, 0}, {2, EMO_HAPPY, 0},
			{5, EMO_SAD, EMO_PRIVATE_TEST}};
		CHECK_INT(emo_dataset_image(&d, i)[100], want[i][0]);
		CHECK_INT(d.label[i], want[i][1]);
		CHECK_INT(d.split[i], want[i][2]);
		CHECK_INT(d.row[i], i);
	}
	emo_dataset_done(&d);

	o = (struct emo_dataset_options){.side = 32, .splits = 1u << EMO_PRIVATE_TEST};
	loads(&d, at("tree"), &o);
	CHECK_INT(d.n, 1);
	CHECK_INT(d.side, 32);
	CHECK_INT(d.row[0], 4);
	CHECK_INT(d.found[EMO_TRAINING], 4);
	emo_dataset_done(&d);

	CHECK(load(&d, at("tree/Train"), 0) == 0); /* emotions at the top: all Training */
	CHECK_INT(d.n, 4);
	CHECK_INT(d.split[3], EMO_TRAINING);
	emo_dataset_done(&d);
}

static void test_bad_folders(void)
{
	char words[64];

	make_dir("odd");
	fails(at("odd"), "odd: no images in folders named after emotions", 0);
	make_dir("odd/train");
	make_dir("odd/train/fear");
	picture("odd/train/fear/a.pgm", 48, 48, 1, 9);
	make_dir("odd/train/funny");
	picture("odd/train/funny/a.pgm", 48, 48, 1, 9);
	fails(at("odd"), "odd/train/funny: the folder's name is no emotion", 1);
	unlink(at("odd/train/funny/a.pgm"));
	rmdir(at("odd/train/funny"));

	make_dir("odd/other");
	fails(at("odd"), "odd/other: the folder's name is no emotion and no split", 1);
	rmdir(at("odd/other"));

	picture("odd/train/a.pgm", 48, 48, 1, 9);
	fails(at("odd"), "odd/train/a.pgm: an image outside the folder of an emotion", 1);
	unlink(at("odd/train/a.pgm"));

	make_dir("odd/train/fear/more");
	fails(at("odd"), "odd/train/fear/more: a folder within the folder of an emotion", 1);
	rmdir(at("odd/train/fear/more"));

	put("odd/train/fear/broken.png", "no picture", 10);
	snprintf(words, sizeof words, "odd/train/fear/broken.png: ");
	fails(at("odd"), words, 1);
}

static void test_folder_emotion(void)
{
	CHECK_INT(emo_folder_emotion("test/happy/1.png"), EMO_HAPPY);
	CHECK_INT(emo_folder_emotion("Sadness/a b.jpg"), EMO_SAD);
	CHECK_INT(emo_folder_emotion("/0/x"), EMO_ANGRY);
	CHECK_INT(emo_folder_emotion("happy/other/1.png"), -1);
	CHECK_ERROR("happy/other/1.png: does not lie in a folder named after an emotion");
	CHECK_INT(emo_folder_emotion("happy.png"), -1);
	CHECK_INT(emo_folder_emotion("/happy"), -1);
	CHECK_INT(emo_folder_emotion("happyhappyhappyhappyhappyhappyhappyhappy/x"), -1);
	CHECK_INT(emo_folder_emotion(""), -1);
	CHECK_INT(emo_folder_emotion(NULL), -1);
	CHECK_ERROR("a record without a file: ");
}

static void test_fer2013(void)
{
	static const size_t want[EMO_SPLITS][EMO_EMOTIONS] = {
		{3995, 436, 4097, 7215, 4830, 3171, 4965},
		{467, 56, 496, 895, 653, 415, 607},
		{491, 55, 528, 879, 594, 416, 626},
	};
	const char *path = getenv("FER2013");
	struct emo_dataset_options o = {.hold_out = 1};
	size_t count[EMO_SPLITS][EMO_EMOTIONS] = {{0}};
	struct emo_dataset d;

	if (!path)
		return;
	if (!loads(&d, path, &o))
		return;
	CHECK_INT(d.n, 35887);
	CHECK_INT(d.side, 48);
	CHECK_INT(d.held_out, 0);
	for (size_t i = 0; i < d.n; i++) {
		count[d.split[i]][d.label[i]]++;
		CHECK(d.row[i] == i);
		CHECK(d.split[i] == (i < 28709 ? EMO_TRAINING : i < 32298 ? EMO_PUBLIC_TEST
									  : EMO_PRIVATE_TEST));
	}
	for (int s = 0; s < EMO_SPLITS; s++)
		for (int e = 0; e < EMO_EMOTIONS; e++)
			CHECK_INT(count[s][e], want[s][e]);
	emo_dataset_done(&d);
}

int main(void)
{
	make_folder();
	RUN(test_hold_out);
	RUN(test_hold_out_limits);
	RUN(test_hold_out_of_one_split);
	RUN(test_folders);
	RUN(test_bad_folders);
	RUN(test_folder_emotion);
	RUN(test_fer2013);
	remove_folder();
	return test_end();
}
