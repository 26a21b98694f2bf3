"""From a request to its answer."""

from .models import PredictionRequest, PredictionResponse
from .utils import as_table, get_model


def get_prediction(request: PredictionRequest) -> PredictionResponse:
    """Asks the model; a film cannot gross less than nothing."""
    model = get_model()
    gross = model.predict(as_table(request, model.feature_names_in_))[0]
    return PredictionResponse(worldwide_gross=max(0.0, gross))
