"""What the service is asked and what it answers."""

from pydantic import BaseModel, Field


class PredictionRequest(BaseModel):
    """One film, by the model's features."""

    opening_gross: float = Field(ge=0, description="gross of the opening weekend, dollars")
    screens: float = Field(ge=0, description="screens of the opening weekend")
    production_budget: float = Field(ge=0, description="budget by the financial table, dollars")
    title_year: float = Field(ge=0, description="year of the release")
    aspect_ratio: float = Field(ge=0, description="width of the picture over its height")
    duration: float = Field(ge=0, description="minutes")
    budget: float = Field(ge=0, description="budget by the movie table, dollars")
    imdb_score: float = Field(ge=0, le=10, description="rating by the public")


class PredictionResponse(BaseModel):
    """The answer: dollars."""

    worldwide_gross: float
