"""Turns the secret SERVICE_ACCOUNT_KEY into a key file and prints the file's path.

    GOOGLE_APPLICATION_CREDENTIALS=$(python utilities/setter.py)
    export GOOGLE_APPLICATION_CREDENTIALS

The secret is a service account's JSON key, in base64 or as it is. The file is readable by its
owner alone and lies in the job's folder for temporary files where there is one, outside the workspace.
"""

import json
import os
import sys
from base64 import b64decode
from pathlib import Path


def main() -> None:
    secret = os.environ.get("SERVICE_ACCOUNT_KEY", "").strip()
    if not secret:
        sys.exit("setter.py: the secret SERVICE_ACCOUNT_KEY is not set")
    try:
        key = secret if secret.startswith("{") else b64decode(secret, validate=False).decode()
        json.loads(key)
    except ValueError:
        sys.exit("setter.py: the secret SERVICE_ACCOUNT_KEY is neither a JSON key nor one in base64")
    path = Path(os.environ.get("RUNNER_TEMP") or ".").resolve() / "path.json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key)
    print(path)


if __name__ == "__main__":
    main()
