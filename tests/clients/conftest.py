"""The service over a small demo city, and keys to it."""

import os
import socket
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("URBANSAFETY_BIN", str(ROOT / "target/debug/urbansafety"))


def run(*args):
    """Runs the program and gives what it printed."""
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The data file of a demo city with 20,000 incidents."""
    data = tmp_path_factory.mktemp("city") / "city.gpkg"
    run("demo", "--no-serve", "--incidents", 20000, "--seed", 3, "--data", data)
    return data


@pytest.fixture(scope="session")
def service(city):
    """The running service: its address, an analyst's and a custodian's headers."""
    headers = {}
    for tier in ("analyst", "custodian"):
        token = run("keys", "create", "--data", city, "--name", f"client-{tier}", "--tier", tier).strip()
        headers[tier] = {"Authorization": f"Bearer {token}", "Purpose": "test of a client"}
    port = free_port()
    log = open(city.with_suffix(".log"), "w")
    server = subprocess.Popen(
        [PROGRAM, "serve", "--data", str(city), "--listen", f"127.0.0.1:{port}"], stdout=log, stderr=log
    )
    base = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            if requests.get(f"{base}/readyz", timeout=5).ok:
                break
        except requests.ConnectionError:
            time.sleep(0.1)
    else:
        pytest.fail(f"the service did not start: {Path(log.name).read_text()}")
    yield SimpleNamespace(base=base, **headers)
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture(scope="session")
def collections(service):
    """What the public may see, by id."""
    found = requests.get(f"{service.base}/collections", timeout=30).json()["collections"]
    assert found
    return {c["id"]: c for c in found}
