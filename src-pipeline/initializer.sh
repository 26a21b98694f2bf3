#!/bin/bash
# Starts the service. `exec` makes gunicorn the container's first process, so that it hears the signal to stop.
exec gunicorn --bind "0.0.0.0:${PORT:-8000}" --workers 2 --worker-class uvicorn.workers.UvicornWorker api.main:app
