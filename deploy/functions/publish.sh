#!/usr/bin/env bash
# Lays out the folder that is deployed to Azure Functions; see README.md.
set -euo pipefail

usage='deploy/functions/publish.sh FOLDER [PLATFORM]

  FOLDER    where to put it; must not exist, or be empty
  PLATFORM  linux-x64 (default), linux-arm64 or win-x64'

[ $# -ge 1 ] && [ $# -le 2 ] || { echo "$usage" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
platform=${2:-linux-x64}
[ -z "$(ls -A "$folder")" ] || { echo "$folder is not empty." >&2; exit 1; }

# Self-contained: the Functions image of custom handlers has no .NET of its own that could be relied on.
dotnet publish "$here/../../src/Parley" -c Release -r "$platform" --self-contained -o "$folder" -v quiet
rm -f "$folder"/*.pdb "$folder"/*.xml "$folder/web.config"
cp -r "$here/host.json" "$here/parley.json" "$here/proxy" "$folder"
if [ "$platform" = win-x64 ]; then sed -i.bak 's/"Parley"/"Parley.exe"/' "$folder/host.json" && rm "$folder/host.json.bak"; else chmod +x "$folder/Parley"; fi
# Local runs only (func start). It holds keys, and the deployed app takes its settings from Azure: Core Tools leave out what is listed here.
printf '%s\n' local.settings.json .funcignore > "$folder/.funcignore"
[ ! -f "$here/local.settings.json" ] || cp "$here/local.settings.json" "$folder"
echo "$folder is ready: func start, or func azure functionapp publish NAME --no-build"
