#!/usr/bin/env bash
# A Python environment with the pinned clients of tests/clients, in target/clients.
set -euo pipefail
cd "$(dirname "$0")/.."
home=target/clients
if ! cmp -s tests/clients/requirements.txt "$home/requirements.txt"; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install -q --disable-pip-version-check -r tests/clients/requirements.txt
  cp tests/clients/requirements.txt "$home/requirements.txt"
fi
