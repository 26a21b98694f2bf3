"""First stage of the pipeline: one training table out of the three versioned data sets.

Reads the data straight from the `dataset-track` remote, in the versions that the committed `dataset/*.csv.dvc` files
name (a data set that lies in the workspace is read there), and writes `dataset/full_data.csv`.
"""

import io
import logging
from pathlib import Path

import dvc.api
import pandas as pd

REMOTE = "dataset-track"
TABLE = Path("dataset/full_data.csv")

logger = logging.getLogger("prepare")


def read(name: str) -> pd.DataFrame:
    """One data set, as its `.dvc` file pins it."""
    text = dvc.api.read(f"dataset/{name}.csv", remote=REMOTE, encoding="utf-8")
    return pd.read_csv(io.StringIO(text))


def join(openings: pd.DataFrame, finances: pd.DataFrame, movies: pd.DataFrame) -> pd.DataFrame:
    """One row a film with an opening weekend: what is known then, and the worldwide gross to predict.

    The domestic gross is left out, in both of its spellings: nobody knows it on the day of a prediction.
    Films that the movie table lacks keep empty cells, which the model fills in.
    """
    finances = finances[["movie_title", "production_budget", "worldwide_gross"]]
    facts = movies[["movie_title", *movies.select_dtypes("number").columns]].drop(columns="gross")
    return (
        openings.merge(finances, on="movie_title", how="inner", validate="one_to_one")
        .merge(facts, on="movie_title", how="left", validate="one_to_one")
        .drop(columns="movie_title")
    )


def main() -> None:
    logging.basicConfig(format="%(name)s: %(message)s")
    logger.setLevel(logging.INFO)
    logger.info("reading the data sets from %s", REMOTE)
    table = join(read("opening_gross"), read("finantials"), read("movies"))
    TABLE.parent.mkdir(exist_ok=True)
    table.to_csv(TABLE, index=False)
    logger.info("wrote %s: %d films, %d columns", TABLE, *table.shape)


if __name__ == "__main__":
    main()
