#!/usr/bin/env bash
# The clients that tests/clients runs: Debian's or Ubuntu's packages, AWS's command line in .venv-awscli, and AWS's SDK
# for JavaScript in tests/clients/javascript/node_modules. Nothing happens if all are there.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A packages=([skopeo]=skopeo [podman]=podman [buildah]=buildah [ctr]=containerd [dockerd]=docker.io
    [docker-registry]=docker-registry [node]=nodejs [npm]=npm [curl]=curl)
missing=()
for program in "${!packages[@]}"; do
    command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
if ((${#missing[@]})); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! [[ .venv-awscli/.ready -nt requirements/awscli.txt ]]; then
    "${PYTHON:-python3}" -m venv .venv-awscli
    .venv-awscli/bin/pip install --quiet --quiet --disable-pip-version-check --requirement requirements/awscli.txt
    touch .venv-awscli/.ready
fi

# npm writes node_modules/.package-lock.json when everything is installed.
javascript=tests/clients/javascript
if ! [[ $javascript/node_modules/.package-lock.json -nt $javascript/package-lock.json ]]; then
    (cd "$javascript" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
fi
