"""The API document by validators that are not ours, and the service by requests that it makes up."""

import os
import subprocess
import sys
from pathlib import Path

import requests
from openapi_spec_validator import validate


def test_the_document_is_valid(service):
    validate(requests.get(f"{service.base}/api", timeout=30).json())


def test_answers_are_as_the_document_says(service, tmp_path):
    """Schemathesis: no status, media type or body that the document does not have, and no 5xx, whatever is asked."""
    program = Path(sys.executable).parent / "schemathesis"
    command = [
        program, "run", f"{service.base}/api", "--url", service.base,
        # Events have no end, and heartbeats keep their time-out from coming.
        "--include-method", "GET", "--exclude-path", "/events", "--phases", "examples,fuzzing",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--max-examples", os.environ.get("SCHEMATHESIS_EXAMPLES", "10"), "--seed", "1",
        "--suppress-health-check", "all", "--request-timeout", "60",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:]


def test_nonsense_is_refused_with_the_name_and_the_bound(service):
    """Schemathesis does not notice an ignored parameter; these do."""
    items = f"{service.base}/collections/cells/items"
    for name, value in {
        "bbox": "1,2,3", "limit": "unlimited", "datetime": "yesterday", "crs": "EPSG:99999", "bbox-crs": "x",
        "filter": "a ==", "filter-lang": "sql", "category": "zz", "hours": "25", "unknownQueryParameter1": "1",
        "offset": "-1", "f": "shp",
    }.items():  # fmt: skip
        answer = requests.get(items, params={name: value}, timeout=30)
        assert answer.status_code == 400, (name, answer.status_code, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json"), name
        assert name in answer.text, (name, answer.text)
