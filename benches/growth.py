#!/usr/bin/env python3
"""How the first screen and its memory grow from 30 to 100,000 patients, as a table and a plot of text.

    cargo bench --bench screens --no-run && benches/growth.py target/release/deps/screens-...

Each size is started in a process of its own, five times; the best counts.
"""
import re, subprocess, sys


def once(program, size):
    out = subprocess.run([program, size], check=True, capture_output=True).stdout.decode()
    patients, count, time, unit, peak = re.search(
        r"(\d+) patients, (\d+) bytes: first frame ([\d.]+)(µs|ms|s); VmHWM:\s+(\d+)", out).groups()
    return int(patients), int(count), float(time) * {"µs": 1e-3, "ms": 1, "s": 1e3}[unit], int(peak) * 1024


def main():
    rows = []
    for size in ["ward", "clinic", "list", "huge"]:
        runs = [once(sys.argv[1], size) for _ in range(3 if size == "huge" else 5)]
        rows.append((size, *min(runs, key=lambda run: run[2])))
    print("| size | patients | file, MB | first frame, ms | ms a MB | memory, of the file |\n| --- | --- | --- | --- | --- | --- |")
    for size, patients, count, time, peak in rows:
        print(f"| {size} | {patients} | {count / 1e6:.1f} | {time:.1f} | {time / count * 1e6:.2f} | {peak / count:.2f} |")
    print("\nms for each MB of the file: level bars are linear growth")
    most = max(time / count for _, _, count, time, _ in rows)
    for _, patients, count, time, _ in rows:
        print(f"{patients:>8} {'#' * round(50 * time / count / most)}")


if __name__ == "__main__":
    main()
