#!/usr/bin/env python3
"""Writes the synthetic film data that the project is trained on: three CSV files.

    opening_gross.csv  movie_title, opening_gross, screens
    finantials.csv     release_date, movie_title, genre, production_budget, domestic_gross, worldwide_gross
    movies.csv         movie_title, director_name, genres, language, country, content_rating, title_year,
                       aspect_ratio, duration, gross, budget, imdb_score

The story behind the numbers: a film has a budget and a quality. The budget drives the number of
screens; both and the quality drive the opening weekend; opening, quality and budget drive the worldwide
gross. `--noise` scales the part of that gross which nothing explains: 1 gives a model that passes the gate of
train.py, from 1.5 on the gate holds it back. `--month N` adds N months of new films and changes no earlier row.

    utilities/make_dataset.py                         the data that dataset/*.csv.dvc name
    utilities/make_dataset.py --month 3               new films have arrived
    utilities/make_dataset.py --noise 3 --out bad     data that no good model comes from

Only the standard library is used and each value is rounded before it is written, so the same arguments
give the same bytes on every machine: the order in which random numbers are drawn is part of the format.
"""

import argparse
import csv
import hashlib
import io
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ADJECTIVES = (
    "Silent Golden Broken Hidden Crimson Distant Frozen Burning Lonely Electric Midnight Velvet Savage Gentle "
    "Paper Iron Hollow Bright Bitter Wandering Secret Perfect Reckless Quiet Forgotten Emerald Restless Final "
    "Invisible Northern"
).split()
NOUNS = (
    "Harbor River Garden Empire Shadow Letter Promise Winter Summer Horizon Machine Orchard Mirror Bridge Canyon "
    "Station Island Kingdom Signal Compass Lantern Tempest Meadow Cathedral Voyage Carnival Fortune Avenue "
    "Frontier Symphony"
).split()
ENDINGS = (
    "Rising|Returns|of the North|at Dawn|in Exile|Club|Road|Protocol|Affair|Season|Sisters|Brothers|en el Jardín|"
    "Café|Part II|of Glass|Undone|Forever|Chronicles|After Dark"
).split("|")
FIRST_NAMES = (
    "Ana Bruno Carla Diego Elena Farid Grace Hugo Inés Jonas Keiko Liam Marta Nadia Omar Petra Ravi Sofía Tomás Wei"
).split()
LAST_NAMES = (
    "Abbott Becker Castro Dalton Eriksen Ferrari Grant Haddad Ivanova Jensen Kimura Lopez Moreau Nguyen Okafor "
    "Pereira Quinn Rossi Silva Tanaka"
).split()
GENRES = ["Action", "Adventure", "Comedy", "Drama", "Horror", "Romance", "Thriller", "Animation"]
RATINGS = ["G", "PG", "PG-13", "R"]

MEDIAN_BUDGET = 22e6
SHARE_NOT_IN_MOVIES = 0.12  # films without facts: empty cells after a left join
YEAR_OF_NEW_FILMS = 2016

Row = list


@dataclass
class Film:
    """One film; `lots` are its draws, in 0 ..< 1, for what is missing about it in movies.csv."""

    title: str
    opening: int
    screens: int
    production_budget: int
    domestic: int
    worldwide: int
    imdb_score: float
    year: int
    aspect_ratio: float
    duration: int
    reported_budget: int
    genre: str
    rating: str
    director: str
    month: int
    day: int
    lots: list[float]


def pick(rng: random.Random, words: Sequence[str]) -> str:
    return words[int(rng.random() * len(words))]


def clip(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))


def titles(rng: random.Random) -> Iterator[str]:
    """An endless run of titles, no two alike: the tables are joined on them."""
    seen = set()
    while True:
        base = f"The {pick(rng, ADJECTIVES)} {pick(rng, NOUNS)}"
        if rng.random() < 0.6:
            base += " " + pick(rng, ENDINGS)
        title, number = base, 1
        while title in seen:
            number += 1
            title = f"{base} {number}"
        seen.add(title)
        yield title


def make_film(rng: random.Random, title: str, noise: float) -> Film:
    budget = int(round(clip(math.exp(rng.gauss(16.9, 1.05)), 60_000, 320_000_000) / 10_000.0) * 10_000)
    quality = rng.gauss(0.0, 1.0)
    size = math.log(budget / MEDIAN_BUDGET)
    width = logistic(0.6 + 1.3 * size + rng.gauss(0, 0.8))
    screens = int(clip(15 + 3900 * width + rng.gauss(0, 120), 1, 4400))
    per_screen = 3300 * math.exp(0.38 * size + 0.22 * quality + rng.gauss(0, 0.38))
    opening = int(clip(screens * per_screen, 2_000, 250_000_000))
    domestic = 2_500_000 + opening * (2.5 * math.exp(0.13 * quality))
    abroad = 0.75 + 0.45 * logistic(1.5 * (size - 1.0))
    luck = math.exp(noise * rng.gauss(0, 0.28))
    worldwide = int(6_000_000 + (domestic * (1.0 + abroad) + 0.35 * budget) * luck)
    return Film(
        title=title,
        opening=opening,
        screens=screens,
        production_budget=budget,
        domestic=int(domestic),
        worldwide=worldwide,
        imdb_score=round(clip(6.35 + 0.95 * quality, 1.7, 9.3), 1),
        year=1985 + int(31 * math.sqrt(rng.random())),
        aspect_ratio=2.35 if rng.random() < 0.58 else 1.85,
        duration=int(clip(rng.gauss(106 + 3 * quality + 3 * size, 14), 68, 210)),
        reported_budget=int(budget * clip(rng.gauss(1.0, 0.06), 0.7, 1.3)),
        genre=pick(rng, GENRES),
        rating=pick(rng, RATINGS),
        director=f"{pick(rng, FIRST_NAMES)} {pick(rng, LAST_NAMES)}",
        month=1 + int(12 * rng.random()),
        day=1 + int(28 * rng.random()),
        lots=[rng.random() for _ in range(5)],
    )


def opening_row(film: Film) -> Row:
    return [film.title, film.opening, film.screens]


def finances_row(film: Film) -> Row:
    released = f"{film.year:04}-{film.month:02}-{film.day:02}"
    return [released, film.title, film.genre, film.production_budget, film.domestic, film.worldwide]


def movie_row(film: Film) -> Row:
    _, no_year, no_ratio, no_duration, no_money = film.lots
    return [
        *(film.title, film.director, film.genre, "English", "USA", film.rating),
        "" if no_year < 0.02 else film.year,
        "" if no_ratio < 0.06 else f"{film.aspect_ratio:.2f}",
        "" if no_duration < 0.01 else film.duration,
        "" if no_money < 0.15 else film.domestic,
        "" if no_money < 0.08 else film.reported_budget,
        film.imdb_score,
    ]


def tables(options: argparse.Namespace) -> dict[str, list[Row]]:
    """The rows of each file, headings first."""
    rng = random.Random(options.seed)
    names = titles(rng)
    films = [make_film(rng, next(names), options.noise) for _ in range(options.rows + options.extra)]
    opened = films[: options.rows]
    later = random.Random(options.seed * 1000 + 1)  # a source of its own: the earlier rows stay
    for _ in range(options.month * options.per_month):
        film = make_film(later, next(names), options.noise)
        film.year = YEAR_OF_NEW_FILMS
        films.append(film)
        opened.append(film)
    listed = [film for film in films if film.lots[0] >= SHARE_NOT_IN_MOVIES]
    headings = {
        "opening_gross": "movie_title opening_gross screens",
        "finantials": "release_date movie_title genre production_budget domestic_gross worldwide_gross",
        "movies": "movie_title director_name genres language country content_rating "
        "title_year aspect_ratio duration gross budget imdb_score",
    }
    return {
        "opening_gross.csv": [headings["opening_gross"].split(), *map(opening_row, opened)],
        "finantials.csv": [headings["finantials"].split(), *map(finances_row, films)],
        "movies.csv": [headings["movies"].split(), *map(movie_row, listed)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes opening_gross.csv, finantials.csv and movies.csv.")
    parser.add_argument("--out", type=Path, default=Path("dataset"), help="folder to write to (%(default)s)")
    parser.add_argument("--seed", type=int, default=42, help="another seed, another world (%(default)s)")
    parser.add_argument("--rows", type=int, default=2304, help="films with an opening weekend (%(default)s)")
    parser.add_argument("--extra", type=int, default=2700, help="films without one (%(default)s)")
    parser.add_argument("--month", type=int, default=0, help="months of new films to add (%(default)s)")
    parser.add_argument("--per-month", type=int, default=40, help="films in such a month (%(default)s)")
    parser.add_argument("--noise", type=float, default=1.0, help="share of unexplained gross (%(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables(options).items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        data = text.getvalue().encode()
        (options.out / name).write_bytes(data)
        print(f"{name:18} {len(rows) - 1:5} rows {len(data):7} bytes  md5 {hashlib.md5(data).hexdigest()}")


if __name__ == "__main__":
    main()
