#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fits how songs feel from their audio features, and judges moodrec, on songs with labels.

    scripts/fit-music.py SONGS -o models/music.csv       fits, prints figures of held-out songs
    scripts/fit-music.py SONGS --judge build             judges build/moodrec on held-out songs

SONGS is a folder with labelled/pmemo_spotify_a.csv (human ratings of valence and arousal),
labelled/deezer_spotify.csv (the same derived from listeners' tags) and catalogues/data_moods.csv
(four moods). A hash of name and artist puts four songs of ten aside: every figure printed is of
these alone, and nothing is fitted to them. Python's standard library is enough.
"""
import argparse
import csv
import hashlib
import itertools
import math
import os
import re
import subprocess
import sys
import tempfile

FEATURES = ['valence', 'energy', 'danceability', 'acousticness', 'instrumentalness', 'liveness',
            'speechiness', 'loudness', 'tempo']
SETS = {
    'pmemo': ('labelled/pmemo_spotify_a.csv', 'human_valence', 'human_arousal'),
    'deezer': ('labelled/deezer_spotify.csv', 'tag_valence', 'tag_arousal'),
    'moods': ('catalogues/data_moods.csv', None, None),
}
# Where the four moods of data_moods lie on the plane, and what the set counts for in the fit:
# these places are a reading of words, not ratings.
PLACES = {'Happy': (0.8, 0.4), 'Energetic': (0.3, 0.9), 'Calm': (0.4, -0.9), 'Sad': (-0.8, -0.4)}
SHARE = {'pmemo': 1.0, 'deezer': 1.0, 'moods': 0.5}
HELD_OUT = 4     # of ten
MOST = 3         # features that a rating is made of
FURTHEST = 3.0   # standard deviations; values beyond are taken for that
SPREAD = 0.4     # standard deviation of the fitted ratings: the plane is -1 .. 1


def tenth(row):
    """0 .. 9 from name and first artist, letter case and punctuation aside."""
    def plain(text):
        return ''.join(c for c in text.lower() if c.isalnum())
    artist = re.split(r'[,;]| & | feat| ft', row['artist'])[0]
    key = plain(row['name']) + '|' + plain(artist)
    return int(hashlib.sha256(key.encode()).hexdigest()[:12], 16) % 10


def read(folder, name):
    path, valence, arousal = SETS[name]
    rows = []
    with open(os.path.join(folder, path), encoding='utf-8-sig', newline='') as f:
        for row in csv.DictReader(f):
            row['x'] = [float(row[c]) for c in FEATURES]
            row['felt'] = ((float(row[valence]), float(row[arousal])) if valence
                           else PLACES[row['mood']])
            row['tenth'] = tenth(row)
            rows.append(row)
    return rows


def moments(values):
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))


def standardise(columns):
    out = []
    for values in columns:
        mean, sd = moments(values)
        out.append([max(-FURTHEST, min(FURTHEST, (v - mean) / sd)) for v in values])
    return out


def prepare(rows):
    """Features and ratings of a set in standard deviations within the set."""
    x = list(zip(*standardise(list(zip(*[r['x'] for r in rows])))))
    felt = standardise(list(zip(*[r['felt'] for r in rows])))
    return x, felt


def dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def correlation(a, b):
    a, b = standardise_plain(a), standardise_plain(b)
    return dot(a, b) / len(a)


def standardise_plain(values):
    mean, sd = moments(values)
    return [(v - mean) / sd for v in values]


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        k = i
        while k + 1 < len(order) and values[order[k + 1]] == values[order[i]]:
            k += 1
        for j in range(i, k + 1):
            out[order[j]] = (i + k) / 2
        i = k + 1
    return out


def rank_correlation(a, b):
    return correlation(ranks(a), ranks(b))


def solve(matrix, right):
    """Gauss and Jordan, with the largest pivot."""
    n = len(right)
    m = [row[:] + [r] for row, r in zip(matrix, right)]
    for i in range(n):
        p = max(range(i, n), key=lambda k: abs(m[k][i]))
        m[i], m[p] = m[p], m[i]
        m[i] = [v / m[i][i] for v in m[i]]
        for k in range(n):
            if k != i:
                m[k] = [a - m[k][i] * b for a, b in zip(m[k], m[i])]
    return [row[-1] for row in m]


def ridge(parts, strength, columns):
    """Weighted least squares; parts are (inputs, wanted, weight of the part)."""
    n = len(columns)
    a = [[0.0] * n for _ in range(n)]
    b = [0.0] * n
    total = 0.0
    for x, y, share in parts:
        w = share / len(x)
        total += share
        x = list(zip(*x))
        for i, ci in enumerate(columns):
            b[i] += w * dot(x[ci], y)
            for j, cj in enumerate(columns[:i + 1]):
                a[i][j] += w * dot(x[ci], x[cj])
                a[j][i] = a[i][j]
    for i in range(n):
        a[i][i] += strength * total
    return solve(a, b)


class Moments:
    """What ridge and correlations need of a set, for one rating."""

    def __init__(self, x, y, share):
        columns = list(zip(*x))
        n = len(y)
        self.share = share
        self.xx = [[dot(p, q) / n for q in columns] for p in columns]
        self.xy = [dot(p, y) / n for p in columns]
        self.x = [sum(p) / n for p in columns]
        self.y, self.sd = moments(y)

    def correlation(self, columns, c):
        mean = sum(v * self.x[i] for v, i in zip(c, columns))
        square = sum(v * w * self.xx[i][j] for v, i in zip(c, columns)
                     for w, j in zip(c, columns))
        both = sum(v * self.xy[i] for v, i in zip(c, columns))
        return (both - mean * self.y) / (math.sqrt(square - mean ** 2) * self.sd)


def predicts_others(sets, columns, strength):
    """Mean correlation when each set is predicted by a fit to the other two."""
    result = 0.0
    for left_out in sets:
        fitted = [m for m in sets if m is not left_out]
        a = [[sum(m.share * m.xx[i][j] for m in fitted) +
              (strength * sum(m.share for m in fitted) if i == j else 0) for j in columns]
             for i in columns]
        b = [sum(m.share * m.xy[i] for m in fitted) for i in columns]
        result += left_out.correlation(columns, solve(a, b))
    return result / len(sets)


def choose(parts, target):
    """
    The features, three at most, and the strength that predict each set best from the other two, on
    songs to fit on: (mean correlation, features, strength).
    """
    sets = [Moments(x, felt[target], share) for x, felt, share in parts]
    return max((predicts_others(sets, columns, strength), columns, strength)
               for n in range(1, MOST + 1)
               for columns in itertools.combinations(range(len(FEATURES)), n)
               for strength in (0.03, 0.1, 0.3, 1.0, 3.0))


def fit(all_rows):
    rows = {s: [r for r in all_rows[s] if r['tenth'] >= HELD_OUT] for s in SETS}
    parts = [prepare(rows[s]) + (SHARE[s],) for s in SETS]
    total = sum(SHARE.values())
    every = range(len(FEATURES))
    coefficients, sounds = [], []
    for k, name in enumerate(('valence', 'arousal')):
        r, columns, strength = choose(parts, k)
        print('Felt %s from %s, ridge strength %g: mean correlation %.2f when each set is\n'
              'predicted by a fit to the other two (with all nine features at best %.2f).' % (
                  name, ', '.join(FEATURES[i] for i in columns), strength, r,
                  max(predicts_others([Moments(x, felt[k], w) for x, felt, w in parts],
                                      every, strength) for strength in (0.3, 1.0, 3.0))))
        c = [0.0] * len(FEATURES)
        for i, v in zip(columns, ridge([(x, felt[k], w) for x, felt, w in parts], strength,
                                       columns)):
            c[i] = v
        spread = math.sqrt(sum(p[2] / total * moments([dot(c, r) for r in p[0]])[1] ** 2
                               for p in parts))
        coefficients.append([v * SPREAD / spread for v in c])
    # The other way round: what music at a place of the plane sounds like.
    for f in every:
        turned = [(list(zip(*p[1])), [row[f] for row in p[0]], p[2]) for p in parts]
        sounds.append([v / SPREAD for v in ridge(turned, 0.1, (0, 1))])
    scale = []
    for f in every:
        m = [(moments([r['x'][f] for r in rows[s]]), SHARE[s] / total) for s in SETS]
        mean = sum(w * a for (a, _), w in m)
        scale.append((mean, math.sqrt(sum(w * (sd ** 2 + (a - mean) ** 2) for (a, sd), w in m))))
    return coefficients, sounds, scale


def write(path, coefficients, sounds, scale):
    with open(path, 'w', encoding='utf-8') as f:
        f.write('feature,mean,sd,to_valence,to_arousal,of_valence,of_arousal\n')
        for i, name in enumerate(FEATURES):
            f.write('%s,%.4g,%.4g,%.4f,%.4f,%.3f,%.3f\n' % (
                name, *scale[i], coefficients[0][i], coefficients[1][i], *sounds[i]))


def report_fit(all_rows, coefficients):
    print('Correlation of fitted and given ratings, held-out songs:')
    print('set      songs  valence  arousal')
    for s in SETS:
        rows = [r for r in all_rows[s] if r['tenth'] < HELD_OUT]
        x, felt = prepare(rows)
        r = [correlation([dot(c, row) for row in x], felt[k])
             for k, c in enumerate(coefficients)]
        print('%-8s %5d  %+7.2f  %+7.2f' % (s, len(rows), *r))


def moodrec(build, path, options):
    """Every song of the file with its score, in the order of the file."""
    out = subprocess.run([os.path.join(build, 'moodrec'), '-q', '-n', '1000000',
                          '--artist-cap', '0', '--all-versions', '--format', 'tsv'] + options +
                         [path], check=True, capture_output=True, text=True).stdout
    lines = [line.split('\t') for line in out.splitlines()]
    place = {name: i for i, name in enumerate(lines[0])}
    score = {line[place['id']]: float(line[place['score']]) for line in lines[1:]}
    return [line[place['id']] for line in lines[1:]], score


def area(score, positive):
    """The area under the ROC curve."""
    r = ranks(score)
    n = sum(positive)
    return ((sum(v for v, p in zip(r, positive) if p) - n * (n - 1) / 2) /
            (n * (len(score) - n)))


def held_out_file(folder, name, rows):
    path = os.path.join(folder, name + '.csv')
    with open(path, 'w', encoding='utf-8', newline='') as f:
        w = csv.writer(f)
        w.writerow(['id', 'name', 'artist'] + FEATURES)
        for i, row in enumerate(rows):
            w.writerow(['song%06d' % i, row['name'], row['artist']] + [row[c] for c in FEATURES])
    return path


def judge_moods(build, folder, rows):
    path = held_out_file(folder, 'moods', rows)
    print('\ndata_moods, %d songs: precision at 20, area under the ROC curve' % len(rows))
    precision = []
    for mood, options in (('Happy', ['--mood', 'happy']), ('Sad', ['--mood', 'sad']),
                          ('Calm', ['--mood', 'neutral', '--aim', 'calm']),
                          ('Energetic', ['--mood', 'neutral', '--aim', 'energetic'])):
        order, score = moodrec(build, path, options)
        label = {'song%06d' % i: row['mood'] == mood for i, row in enumerate(rows)}
        precision.append(sum(label[i] for i in order[:20]) / 20)
        chance = sum(label.values()) / len(rows)
        print('%-10s P@20 %.2f (chance %.2f)  area %.3f' % (
            mood, precision[-1], chance, area([score[i] for i in order], [label[i] for i in order])))
    print('mean       P@20 %.3f' % (sum(precision) / 4))


def judge_places(build, folder, name, rows):
    path = held_out_file(folder, name, rows)
    felt = [standardise_plain(v) for v in zip(*[r['felt'] for r in rows])]
    middle = [sorted(v)[len(v) // 2] for v in felt]
    print('\n%s, %d songs: mean of the best tenth against the median, in standard\n'
          'deviations, and rank correlation of score and closeness' % (name, len(rows)))
    for mood, place, options in (('happy', (0.8, 0.4), ['--mood', 'happy']),
                                 ('angry', (-0.6, 0.7), ['--mood', 'angry']),
                                 ('sad', (-0.7, -0.4), ['--mood', 'sad']),
                                 ('calm', (0.6, -0.6), ['--mood', 'neutral', '--aim', 'calm'])):
        order, score = moodrec(build, path, options)
        best = [int(i[4:]) for i in order[:len(order) // 10]]
        away = [sum(felt[k][i] for i in best) / len(best) - middle[k] for k in (0, 1)]
        inside = all(a * p > 0 for a, p in zip(away, place))
        songs = [int(i[4:]) for i in order]
        close = [-math.hypot(felt[0][i] - 2 * place[0], felt[1][i] - 2 * place[1]) for i in songs]
        print('%-6s valence %+.2f arousal %+.2f %-11s rank correlation %+.2f' % (
            mood, *away, 'in quadrant' if inside else 'OUTSIDE',
            rank_correlation([score[i] for i in order], close)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('songs', help='the folder with labelled/ and catalogues/')
    parser.add_argument('-o', '--output', help='where to write the coefficients')
    parser.add_argument('--judge', metavar='BUILD', help='judge BUILD/moodrec instead of fitting')
    parser.add_argument('--on', choices=('held-out', 'fit'), default='held-out',
                        help='judge on these songs (fit: for choosing; do not report)')
    args = parser.parse_args()
    rows = {s: read(args.songs, s) for s in SETS}
    if not args.judge:
        coefficients, sounds, scale = fit(rows)
        report_fit(rows, coefficients)
        if args.output:
            write(args.output, coefficients, sounds, scale)
        return
    chosen = {s: [r for r in rows[s] if (r['tenth'] < HELD_OUT) == (args.on == 'held-out')]
              for s in SETS}
    if args.on == 'fit':
        print('These are songs for choosing, not figures to report.')
    else:
        print('Held-out songs: nothing was fitted to them or chosen by them.')
    with tempfile.TemporaryDirectory() as folder:
        judge_moods(args.judge, folder, chosen['moods'])
        judge_places(args.judge, folder, 'pmemo', chosen['pmemo'])
        judge_places(args.judge, folder, 'deezer', chosen['deezer'])


if __name__ == '__main__':
    sys.exit(main())
