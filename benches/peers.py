#!/usr/bin/env python3
"""The same patients in other programs: bytes to the terminal and time to the first screen, on a pseudo-terminal of 80x24.

    benches/peers.py target/release/wardround [SIZE]

Makes a ward (`wardround demo --size`, by default `list`), the same patients as CSV and JSON, and opens them in wardround, `less -S`,
csvlens, jless and visidata, as far as they are installed. Nothing but Python's own library is needed. Bytes repeat
exactly; times are the best of five and depend on the machine.
"""
import csv, fcntl, json, os, pty, select, shutil, signal, struct, subprocess, sys, tempfile, termios, time

COLUMNS, LINES = 80, 24
QUIET = 0.4  # seconds with nothing but ticks: the screen is complete
TICK = 64  # some write as much or less although nothing changed
# What programs ask a terminal, and what one says: the cursor's place, what it can do, its colours.
ANSWERS = [(b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[c", b"\x1b[?62;22c"), (b"\x1b]10;?", b"\x1b]10;rgb:ffff/ffff/ffff\x07"),
           (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x07")]
DOWN, PAGE = b"\x1b[B", b"\x1b[6~"


class Screen:
    """A program on a pseudo-terminal."""

    def __init__(self, command, folder):
        self.start = time.monotonic()
        pid, self.fd = pty.fork()
        if pid == 0:
            os.environ.update(TERM="xterm-256color", HOME=folder, XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder,
                              XDG_DATA_HOME=folder, LESSHISTFILE="-", COLUMNS=str(COLUMNS), LINES=str(LINES))
            os.environ.pop("NO_COLOR", None)
            os.execvp(command[0], command)
        self.pid = pid
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def read(self, quiet=QUIET, most=20.0, least=0):
        """Everything until so many bytes have come, and nothing but ticks for a while: bytes, and when the last came."""
        count, last, end = 0, time.monotonic(), time.monotonic() + most
        while time.monotonic() < end and (count < least or time.monotonic() < last + quiet):
            ready, _, _ = select.select([self.fd], [], [], 0.02)
            if not ready:
                continue
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                break
            if not data:
                break
            for question, answer in ANSWERS:
                if question in data:
                    os.write(self.fd, answer)
            count += len(data)
            if len(data) > TICK:
                last = time.monotonic()
        return count, last

    def press(self, keys):
        os.write(self.fd, keys)
        return self.read()[0]

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def measure(command, folder, down=DOWN, page=PAGE):
    starts = []
    for _ in range(5):
        screen = Screen(command, folder)
        count, last = screen.read(quiet=1.5, least=400)
        if count < 400:
            screen.close()
            return None
        starts.append(last - screen.start)
        if len(starts) < 5:
            screen.close()
    # The first key also takes away what a program says once.
    screen.press(down)
    downs = [screen.press(down) for _ in range(12)]
    pages = [screen.press(page) for _ in range(5)]
    fifty = screen.press(down * 50)
    before = time.monotonic()
    idle = screen.read(quiet=5.0, most=5.0)[0] / (time.monotonic() - before)
    screen.close()
    return min(starts), median(downs), max(downs), median(pages), fifty, idle


def tables(ward, folder):
    """The patients of a ward file as a table, and as a list of objects."""
    rows = []
    for one in json.load(open(ward))["patients"]:
        counts = [e for e in one["entries"] if e.get("test") == "anc"]
        last = counts[-1] if counts else {}
        rows.append({"bed": one.get("bed", ""), "family": one["name"]["family"], "given": one["name"]["given"],
                     "born": one["born"], "protocol": one["protocol"], "nhs": one["identifiers"][0]["value"],
                     "anc": last.get("value", ""), "taken": last.get("at", ""), "entries": len(one["entries"])})
    table, objects = os.path.join(folder, "patients.csv"), os.path.join(folder, "patients.json")
    with open(table, "w", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    with open(objects, "w") as out:
        json.dump(rows, out, indent=1)
    return table, objects


def main():
    program, size = os.path.abspath(sys.argv[1]), (sys.argv[2:] or ["list"])[0]
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, HOME=folder, XDG_DATA_HOME=folder, XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder)
        made = subprocess.run([program, "demo", "--size", size, "--path"], env=env, check=True, capture_output=True)
        ward = made.stdout.decode().strip()
        table, objects = tables(ward, folder)
        print(f"{size}: {os.path.getsize(ward)} bytes of JSON, {os.path.getsize(table)} of CSV; {COLUMNS}x{LINES}")
        print("| program | start to full screen | bytes a Down (most) | bytes a page | 50 queued Downs | idle, B/s |")
        print("| --- | --- | --- | --- | --- | --- |")
        for name, command in [("wardround", [program, ward]), ("less -S", ["less", "-S", table]),
                              ("csvlens", ["csvlens", table]), ("jless", ["jless", objects]), ("visidata", ["vd", table])]:
            figures = measure(command, folder) if os.path.isabs(command[0]) or shutil.which(command[0]) else None
            if figures is None:
                print(f"| {name} | not installed, or it did not start | | | | |")
                continue
            start, down, most, page, fifty, idle = figures
            print(f"| {name} | {start * 1000:.0f} ms | {down} ({most}) | {page} | {fifty} | {idle:.0f} |", flush=True)


if __name__ == "__main__":
    main()
