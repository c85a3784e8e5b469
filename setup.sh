#!/bin/sh
# Makes .venv with everything pinned in constraints.txt. Needs Python 3.11 to 3.13 and nothing else.
#   sh setup.sh run    what the program needs        sh setup.sh test    and what its tests need
set -eu
cd "$(dirname "$0")"
what=${1:-run}
extras=$([ "$what" = test ] && echo '[dev]' || echo '')
stamp=.venv/.ready-$what
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" # networks that sign for themselves put their certificate there
fi
inputs="pyproject.toml constraints.txt setup.sh"

if [ ! -f "$stamp" ] || [ -n "$(find $inputs -newer "$stamp")" ]; then
    if command -v uv >/dev/null 2>&1; then
        uv=uv
    else
        python=$(command -v python3 || command -v python || true)
        if [ -z "$python" ]; then
            echo "No Python was found; Glassbox needs Python 3.11 to 3.13. Install it, then try again." >&2
            exit 1
        fi
        # --target keeps out of the system's own packages, which some systems forbid to touch.
        if [ ! -x .uv/bin/uv ] && ! "$python" -m pip install --quiet --disable-pip-version-check --target .uv uv; then
            echo "pip could not install uv. Install uv yourself, or pip (Debian: apt-get install python3-pip)." >&2
            exit 1
        fi
        uv=.uv/bin/uv
    fi
    "$uv" venv --quiet --allow-existing --python '>=3.11,<3.14' .venv
    "$uv" pip install --quiet --python .venv/bin/python -c constraints.txt -e ".$extras"
    # Compiled now, so that the first start is as fast as every other.
    .venv/bin/python -m compileall -q app engine .venv/lib/python3*/site-packages >/dev/null || true
    touch "$stamp"
fi
kind=$([ "$what" = test ] && echo offscreen || echo window)
if [ "$what" = test ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    .venv/bin/python -m engine.system_libraries --install --kind "$kind"
fi
