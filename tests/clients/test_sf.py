"""R with sf, where it is installed (Debian: r-cran-sf)."""

import shutil
import subprocess
from pathlib import Path

import pytest


def has_sf():
    if shutil.which("Rscript") is None:
        return False
    return subprocess.run(["Rscript", "-e", "library(sf)"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_sf(), reason="R with sf is not installed")
def test_r_reads_layers_boxes_and_other_projections(service):
    script = Path(__file__).with_name("sf.R")
    done = subprocess.run(["Rscript", script, service.base], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "cells" in done.stdout
