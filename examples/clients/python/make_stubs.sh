#!/usr/bin/env bash
# Makes the Python modules of the API in FOLDER, for PYTHONPATH.
#
# usage: make_stubs.sh FOLDER
#
# It needs protobuf-compiler and protobuf-compiler-grpc. Where these are not at
# hand, `pip install grpcio-tools` and `python -m grpc_tools.protoc` with
# --python_out and --grpc_python_out do the same.
set -euo pipefail

mkdir -p "${1:?"usage: make_stubs.sh FOLDER"}"
folder=$(readlink -f "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../../../proto"
protoc --python_out="$folder" --grpc_python_out="$folder" \
  --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \
  audienced/v1/*.proto google/rpc/*.proto
