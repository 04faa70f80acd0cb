# SPDX-License-Identifier: MIT
# Makes pictures to learn a "face" from: a bright square with two dark eyes and a dark mouth on a
# background of slopes and bars. -v out=FOLDER -v n=PICTURES -v faces=0|1; with faces also boxes.csv.
function noise() { # the same everywhere, unlike rand()
	seed = (seed * 16807) % 2147483647
	return seed / 2147483647
}
BEGIN {
	seed = 7 + faces
	if (faces)
		print "file,x,y,w,h,lex,ley,rex,rey,nx,ny,lmx,lmy,rmx,rmy" >(out "/boxes.csv")
	for (k = 1; k <= n; k++) {
		name = out "/" k ".pgm"
		side = 20 + int(16 * noise())
		x0 = int((80 - side) * noise())
		y0 = int((64 - side) * noise())
		a = noise() * 2 - 1
		b = noise() * 2 - 1
		bar = 5 + int(9 * noise())
		printf "P2\n80 64\n255\n" >name
		for (y = 0; y < 64; y++) {
			for (x = 0; x < 80; x++) {
				v = 90 + a * (x - 40) + b * (y - 32) + (x % bar == 0) * 60
				u = (x - x0) / side
				w = (y - y0) / side
				if (faces && u >= 0 && u < 1 && w >= 0 && w < 1) {
					v = 200
					if ((w > .25 && w < .4 && ((u > .2 && u < .4) || (u > .6 && u < .8))) ||
					    (w > .7 && w < .82 && u > .25 && u < .75))
						v = 20
				}
				v = v < 0 ? 0 : v > 255 ? 255 : v
				printf("%d ", v) >name
			}
			printf "\n" >name
		}
		close(name)
		if (faces)
			printf "%d.pgm,%d,%d,%d,%d,%g,%g,%g,%g,%g,%g,%g,%g,%g,%g\n", k, x0, y0, side, side,
				x0 + .3 * side, y0 + .32 * side, x0 + .7 * side, y0 + .32 * side,
				x0 + .5 * side, y0 + .5 * side, x0 + .25 * side, y0 + .76 * side,
				x0 + .75 * side, y0 + .76 * side >(out "/boxes.csv")
	}
}
