"""The prediction service: `uvicorn api.main:app` from the project's root; its documentation is at /docs."""

from fastapi import FastAPI

from .app.models import PredictionRequest, PredictionResponse
from .app.views import get_prediction

app = FastAPI(
    title="Worldwide gross of a film",
    description="Predicts it from what is known after the opening weekend.",
    version="1.0.0",
)


@app.post("/v1/prediction")
def make_prediction(request: PredictionRequest) -> PredictionResponse:
    """The worldwide gross that the model expects of one film."""
    return get_prediction(request)
