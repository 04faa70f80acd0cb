# SPDX-License-Identifier: MIT
# A CSV in FER-2013's form with n made-up images of 48 x 48: stripes of three kinds with noise, for
# disgust, happy and surprise; two thirds Training, then PublicTest and PrivateTest.
#	awk -v n=60 -v usage=1 -f patterns.awk     usage=0: without that column
#	-v poison=1: other PrivateTest images      -v pgm=FOLDER: Training as FOLDER/<emotion>/*.pgm
BEGIN {
	srand(7)
	split("disgust happy surprise", name, " ")
	print "emotion,pixels" (usage ? ",Usage" : "")
	for (row = 0; row < n; row++) {
		kind = row % 3
		where = row < n * 2 / 3 ? "Training" : row < n * 5 / 6 ? "PublicTest" : "PrivateTest"
		pixels = ""
		for (i = 0; i < 2304; i++) {
			x = i % 48
			y = int(i / 48)
			v = kind == 0 ? x % 8 < 4 : kind == 1 ? y % 8 < 4 : (x + y) % 16 < 8
			v = int(v * 120 + rand() * 100) + (poison && where == "PrivateTest") * 20
			pixels = pixels (i ? " " : "") v
		}
		print (kind * 2 + 1) "," pixels (usage ? "," where : "")
		if (pgm && where == "Training") {
			file = pgm "/" name[kind + 1] "/" row ".pgm"
			print "P2 48 48 255\n" pixels > file
			close(file)
		}
	}
}
