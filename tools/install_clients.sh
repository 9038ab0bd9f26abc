#!/usr/bin/env bash
# The clients that tests/clients runs, from Debian's or Ubuntu's packages; nothing happens if all are there.
set -euo pipefail

declare -A packages=([skopeo]=skopeo [podman]=podman [buildah]=buildah [ctr]=containerd [dockerd]=docker.io [docker-registry]=docker-registry)
missing=()
for program in "${!packages[@]}"; do
    command -v "$program" >/dev/null || missing+=("${packages[$program]}")
done
((${#missing[@]})) || exit 0
as_root=()
((EUID == 0)) || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
