#!/usr/bin/env bash
# Has Rocq check the certificates of Theorem 1 with k <= 12; with the argument "all", the whole theorem over 26 pairs.
# Installs nothing: where coqc or a library is missing it says so in one line and passes.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python}
folder=certificates/safran-shamir-2018
if ! command -v coqc >/dev/null; then
    echo "rocq: coqc is not installed, so no formal theorem was checked (rocq/README.md says what to install)"
    exit 0
fi
for name in Interval Coquelicot; do
    if [ ! -d "$(coqc -where)/user-contrib/$name" ]; then
        echo "rocq: coqc has no library $name, so no formal theorem was checked (rocq/README.md says what to install)"
        exit 0
    fi
done
if [ "${1:-}" = all ]; then
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    "$python" -m verify.producer.cli export rocq "$folder/theorem-1.json" -o "$made/theorem-1"
    make -s -C "$made/theorem-1"
else
    "$python" -m verify.producer.cli check --trust rocq "$folder"/k0[6-9]-*.json "$folder"/k1[0-2]-*.json
fi
