#!/usr/bin/env bash
# Prints the directory of a working Python of version $1: the one on PATH, else one of pyenv's (its shims alone do not
# work), else one that uv installs below the directory $2. Nothing is changed outside $2.
set -euo pipefail
version=$1 directory=$2

find_python() {
    local python
    for python in "$(command -v "python$version" || true)" \
        "${PYENV_ROOT:-${HOME:-/nowhere}/.pyenv}"/versions/"$version".*/bin/"python$version" \
        "$directory"/.python/*/bin/"python$version"; do
        "$python" -c 'import sys, venv; print(sys.base_prefix + "/bin")' 2>/dev/null && return
    done
    return 1
}

install_python() {
    echo "Setting up Python $version, on which the functions run, in .python: once, about half a minute" >&2
    "${PYTHON:-python3}" -m venv "$directory/.venv-uv" || return
    "$directory/.venv-uv/bin/pip" install --quiet --quiet --disable-pip-version-check \
        --requirement "$(dirname "$0")/../requirements/uv.txt" >&2 || return
    UV_CACHE_DIR="$directory/.python/.cache" "$directory/.venv-uv/bin/uv" --quiet --no-config \
        python install --no-bin --install-dir "$directory/.python" "$version" >&2
}

find_python && exit
install_python && find_python && exit
echo "The functions run on Python $version. This machine has none, and uv could not install it: see above." >&2
echo "Install it yourself, for example with: pyenv install $version" >&2
exit 1
