#!/bin/sh
# devkit/setup.sh demo|dev
# Make .venv with the pinned packages: `demo` for running the product, `dev` for tests and linters
# as well. A second run with unchanged requirements does nothing. uv is used where it is at hand.
set -eu
cd "$(dirname "$0")/.."

level=${1:-dev}
python_min=3.11
python_end=3.14

case $level in
    demo) requirements="requirements.txt requirements-demo.txt" ;;
    dev) requirements="requirements.txt requirements-demo.txt requirements-dev.txt requirements-oracle.txt" ;;
    *) echo "setup: unknown level '$level': demo or dev" >&2; exit 2 ;;
esac

fail() {
    echo "setup: $1" >&2
    exit 1
}

is_supported() {
    "$1" -c "import sys; sys.exit(not (3, ${python_min#3.}) <= sys.version_info < (3, ${python_end#3.}))" \
        >/dev/null 2>&1
}

# PYTHON=… chooses; otherwise the first that runs and fits (a pyenv shim may exist and not run).
find_python() {
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13}; do
        if is_supported "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    if [ -z "${PYTHON:-}" ] && command -v uv >/dev/null; then
        uv python find --no-python-downloads ">=$python_min,<$python_end" 2>/dev/null && return
    fi
    found=$("${PYTHON:-python3}" --version 2>&1) || found="no ${PYTHON:-python3}"
    fail "Python 3.11, 3.12 or 3.13 is needed, found: $found"
}

make_venv() {
    python=$(find_python) || exit 1
    echo "Creating .venv with $("$python" --version) ($python)"
    rm -rf .venv
    if command -v uv >/dev/null && uv venv --quiet --no-python-downloads --python "$python" .venv; then
        return
    fi
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fail "$python cannot create a virtual environment: apt-get install python$version-venv (or install uv)"
}

# Runs "$@" quietly with a dot a second; shows the end of its output when it fails.
with_dots() {
    log=.venv/install.log
    "$@" >"$log" 2>&1 &
    pid=$!
    trap 'kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; echo; exit 130' INT TERM HUP
    while kill -0 "$pid" 2>/dev/null; do
        printf .
        sleep 1
    done
    echo
    status=0
    wait "$pid" || status=$?
    trap - INT TERM HUP
    [ "$status" -eq 0 ] || tail -n 15 "$log" >&2
    return "$status"
}

install_packages() {
    options=
    for file in $requirements; do
        options="$options -r $file"
    done
    # Bytecode now, so that the first start of the product is as fast as the second.
    if command -v uv >/dev/null; then
        printf 'Installing pinned packages with uv '
        # shellcheck disable=SC2086 # a list of options
        with_dots uv pip install --python .venv/bin/python --compile-bytecode $options && return
        echo "uv could not install them (above); trying pip"
    fi
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null 2>&1 ||
        fail "there is no pip in .venv and ensurepip cannot add it: apt-get install python3-venv"
    printf 'Installing pinned packages with pip, about a minute '
    # shellcheck disable=SC2086
    with_dots .venv/bin/python -m pip install --disable-pip-version-check --no-input $options ||
        fail "the packages could not be installed; all output is in .venv/install.log"
}

fingerprint() {
    # shellcheck disable=SC2086
    { .venv/bin/python --version; cat $requirements; } | sha256sum | cut -d ' ' -f 1
}

# Two makes at once must not install into each other.
if command -v flock >/dev/null; then
    mkdir -p .data
    exec 9>.data/setup.lock
    flock --nonblock 9 || { echo "Waiting for another setup of this checkout"; flock 9; }
fi

is_supported .venv/bin/python || make_venv
stamp=.venv/installed-$level
if [ "$(cat "$stamp" 2>/dev/null)" != "$(fingerprint)" ]; then
    started=$(date +%s)
    install_packages
    fingerprint >"$stamp"
    echo "Packages are ready after $(($(date +%s) - started)) s"
fi
