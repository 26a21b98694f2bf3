"""Tests of the service with the model that is in `model/model.pkl` (`dvc pull model/model.pkl -r model-track`)."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import app

ROOT = Path(__file__).parent
SHARED_LIBRARIES = {"joblib", "numpy", "pandas", "scikit-learn", "scipy"}
FILM = {
    "opening_gross": 8330681,
    "screens": 2271,
    "production_budget": 13000000,
    "title_year": 1999,
    "aspect_ratio": 1.85,
    "duration": 97,
    "budget": 16000000,
    "imdb_score": 7.2,
}


def predict(film: dict) -> float:
    response = TestClient(app).post("/v1/prediction", json=film)
    assert response.status_code == 200, response.text
    return response.json()["worldwide_gross"]


def pins(requirements: str) -> dict[str, str]:
    lines = (ROOT / requirements).read_text().splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def test_a_film_of_zeros_has_a_prediction():
    assert predict(dict.fromkeys(FILM, 0)) > 0


def test_a_film_grosses_more_than_its_opening():
    assert predict(FILM) > FILM["opening_gross"]


def test_a_larger_opening_predicts_a_larger_gross():
    assert predict({**FILM, "opening_gross": 90e6, "screens": 4000}) > 2 * predict(FILM)


@pytest.mark.parametrize("feature", FILM)
def test_each_feature_is_asked_for(feature):
    film = {name: value for name, value in FILM.items() if name != feature}
    assert TestClient(app).post("/v1/prediction", json=film).status_code == 422


def test_training_and_service_use_the_same_libraries():
    training, service = pins("src/requirements.txt"), pins("api/requirements.txt")
    assert {name: training[name] for name in SHARED_LIBRARIES} == {name: service[name] for name in SHARED_LIBRARIES}
