#!/bin/sh
# The library exports what the list says and nothing else.
nm -D --defined-only "$1" | awk '$2 == "T" {print $3}' | sort | diff - "$2"
