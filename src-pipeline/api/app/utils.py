"""The model and the table form of its input."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import joblib
import pandas as pd
from pydantic import BaseModel
from sklearn.pipeline import Pipeline

MODEL = Path(__file__).parents[2] / "model" / "model.pkl"


@cache
def get_model() -> Pipeline:
    """The serialised model, read once a process."""
    return joblib.load(MODEL)


def as_table(request: BaseModel, columns: Iterable[str]) -> pd.DataFrame:
    """The request as a table of one row, its columns in the order in which the model was trained."""
    return pd.DataFrame([request.model_dump()], columns=list(columns))
