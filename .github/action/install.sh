#!/usr/bin/env bash
# Installs gradcheck in an environment of its own: of this action's version, or the released one in VERSION.
set -euo pipefail

home="$RUNNER_TEMP/gradcheck"
"${PYTHON:-python3}" -m venv "$home"
bin="$home/bin"
[ -d "$bin" ] || bin="$home/Scripts"
extra=""
[ "${PROBE:-false}" != "true" ] || extra="[probe]"
if [ -n "${VERSION:-}" ]; then
  what="gradcheck$extra==$VERSION"
else
  what="$GITHUB_ACTION_PATH$extra"
fi
"$bin/python" -m pip install --quiet --disable-pip-version-check "$what"
echo "GRADCHECK_PYTHON=$bin/python" >> "$GITHUB_ENV"
