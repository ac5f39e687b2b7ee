#!/bin/sh
# Builds libmpcache_native.so for MSBuild: build-native.sh <repository> <build folder>.
# Ends with 3, and one line that says why, when cmake or a C compiler is missing.
set -eu
root=$1
build=$2

command -v cmake >/dev/null 2>&1 || { echo "cmake is missing (apt-get install cmake)."; exit 3; }
found=
for compiler in "${CC:-}" cc gcc clang; do
    if [ -n "$compiler" ] && command -v "$compiler" >/dev/null 2>&1; then found=$compiler; break; fi
done
[ -n "$found" ] || { echo "a C compiler is missing (apt-get install gcc)."; exit 3; }

mkdir -p "$build"
# Two builds at once would write the same files. flock is part of util-linux; where it is missing, they take their chance.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$build/interop.lock"
    flock 9
fi

# On failure only what the compiler says is worth reading, not the progress around it.
log=$build/interop.log
quietly() {
    if ! "$@" >"$log" 2>&1 9>&-; then
        grep -v -e '^-- ' -e '^\[' "$log" || true
        exit 1
    fi
}

# The stamp carries the time at which the work began: a source saved while the compiler ran must count as newer.
touch "$build/interop.stamp.new"
quietly cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$build/lib"
quietly cmake --build "$build" --target mpcache_native --parallel 2
mv "$build/interop.stamp.new" "$build/interop.stamp"
