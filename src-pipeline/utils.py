"""What the training leaves behind: the serialised model, its report and its plot."""

from collections.abc import Mapping
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from sklearn.pipeline import Pipeline

MODEL = Path("model/model.pkl")
REPORT = Path("report.txt")
PLOT = Path("prediction_behavior.png")


def save_model(model: Pipeline) -> None:
    """Replaces the model as a whole: a training that is cut short leaves the old one."""
    MODEL.parent.mkdir(exist_ok=True)
    written = MODEL.with_suffix(".new")
    joblib.dump(model, written, compress=3)
    written.replace(MODEL)


def save_report(model: Pipeline, scores: Mapping[str, float], films: int) -> None:
    """Writes the report as Markdown; a score is a line `### NAME Score: VALUE`, for people and programs."""
    lines = ["# Model report", "", f"Trained on {films} films. Steps of the pipeline:", ""]
    lines += [f"- {name}: `{step}`" for name, step in model.named_steps.items()]
    lines += [""]
    lines += [f"### {name} Score: {score:.4f}" for name, score in scores.items()]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def plot_predictions(actual: pd.Series, predicted: np.ndarray) -> None:
    """Draws predicted against actual gross, with the line on which a perfect model would put each film."""
    sns.set_theme(style="whitegrid")
    axes = Figure(figsize=(8, 6), layout="constrained").subplots()
    sns.regplot(
        x=actual.to_numpy() / 1e6,
        y=predicted / 1e6,
        ax=axes,
        scatter_kws={"s": 16, "alpha": 0.5},
        label="films and their trend",
    )
    end = max(actual.max(), predicted.max()) / 1e6
    axes.plot([0, end], [0, end], color="grey", linestyle="--", label="perfect prediction")
    axes.set(
        title="Worldwide gross of films the model has not seen",
        xlabel="actual, million dollars",
        ylabel="predicted, million dollars",
    )
    axes.legend()
    axes.figure.savefig(PLOT, dpi=100)
