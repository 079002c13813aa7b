#!/usr/bin/env python3
"""Power cuts without a machine of their own: the program writes to a disk in memory (volatile-disk.c) that forgets what was
not synced, and what is left is read back. The program prints START, then ACK n once records 1 to n are acknowledged; the
verifier prints LAST n. A cut is lossy when LAST is below the highest ACK. After a cut the program goes on with what is left;
every --fresh-every cuts it starts on an empty disk. Exit code: 0 as expected, 1 not as expected, 2 the test itself broke."""
import argparse
import os
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

START_SECONDS = 60
DISK_SECONDS = 10


class Broken(Exception):
    """The test itself broke: nothing was learned."""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="cuts", help="what the report calls this run")
    parser.add_argument("--disk", required=True, metavar="FILE", help="the built volatile-disk")
    parser.add_argument("--write", required=True, metavar="COMMAND", help="{dir} stands for the folder on the disk")
    parser.add_argument("--verify", required=True, metavar="COMMAND")
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--mode", choices=["drop", "subset", "liar"], default="drop",
                        help="what is not synced: all lost, each sector kept with probability 1/2; or syncs that do nothing")
    parser.add_argument("--order", choices=["program", "disk"], default="program", help="what dies first")
    parser.add_argument("--max-seconds", type=float, default=.25, help="longest time from START to the cut")
    parser.add_argument("--fresh-every", type=int, default=10)
    parser.add_argument("--expect-loss", action="store_true", help="a control: it has to lose acknowledged records")
    parser.add_argument("--log", metavar="FILE", help="where the programs' error output goes")
    return parser.parse_args()


class Disk:
    """The disk, powered on over the folder that holds its medium."""

    def __init__(self, options, medium, mounted, seed):
        self.process = subprocess.Popen([options.disk, medium, mounted, options.mode, str(seed)], stdout=subprocess.PIPE)
        self.mounted = mounted
        if not select.select([self.process.stdout], [], [], DISK_SECONDS)[0] \
                or self.process.stdout.readline() != b"mounted\n":
            self.process.kill()
            raise Broken("the disk could not be mounted: this needs root, /dev/fuse and fuse3")

    def fail(self):
        self.process.send_signal(signal.SIGUSR1)

    def power_off(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait()
        self.process.stdout.close()
        subprocess.run(["fusermount3", "-u", "-z", self.mounted], stderr=subprocess.DEVNULL, check=False)
        if code:
            raise Broken(f"the disk ended with exit code {code}")


def watch(pipe, seconds, begin):
    """The program's lines until the moment of the cut, so many seconds after the first line that begins so."""
    seen, started, end = b"", False, time.monotonic() + START_SECONDS
    while (left := end - time.monotonic()) > 0:
        if not select.select([pipe], [], [], left)[0]:
            break
        data = os.read(pipe, 65536)
        seen += data
        if not data:
            raise Broken("the program ended before the cut; it printed " + repr(seen[-300:]))
        if not started and begin in seen:
            started, end = True, time.monotonic() + seconds
    if not started:
        raise Broken(f"the program printed no {begin.decode().strip()}")
    return seen


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def cut(options, number, medium, mounted, seconds, log):
    """Runs the program until the power goes; returns the highest number that it acknowledged."""
    disk = Disk(options, medium, mounted, options.seed + number)
    program = None
    try:
        program = subprocess.Popen(options.write.replace("{dir}", mounted), shell=True, stdout=subprocess.PIPE, stderr=log,
                                   start_new_session=True)
        # A control has to have something to lose, however slow the machine is.
        seen = watch(program.stdout.fileno(), seconds, b"ACK " if options.expect_loss else b"START\n")
        if options.order == "disk":
            disk.fail()
            time.sleep(random.uniform(.001, .02))
    finally:
        if program:
            kill_group(program)
        disk.power_off()
    seen += program.stdout.read()
    program.stdout.close()
    return max((int(n) for n in re.findall(rb"ACK (\d+)\n", seen)), default=0)


def verify(options, medium, log):
    run = subprocess.run(options.verify.replace("{dir}", medium), shell=True, stdout=subprocess.PIPE, stderr=log, text=True,
                         check=False)
    found = re.search(r"^LAST (\d+)$", run.stdout, re.M)
    if run.returncode or not found:
        return None
    return int(found[1])


def run(options, folder, log):
    medium, mounted = folder + "/medium", folder + "/mounted"
    os.mkdir(mounted)
    times = random.Random(options.seed)
    lossy = lost = acknowledged = floor = 0
    begin = time.monotonic()
    for number in range(options.cuts):
        if number % options.fresh_every == 0:
            shutil.rmtree(medium, ignore_errors=True)
            os.mkdir(medium)
            floor = 0
        promised = cut(options, number, medium, mounted, times.uniform(.005, options.max_seconds), log)
        acknowledged += max(0, promised - floor)
        expected = max(floor, promised)
        found = verify(options, medium, log)
        if found is None and not options.expect_loss:
            kept = tempfile.mkdtemp(prefix="cut-medium-")
            shutil.copytree(medium, kept, dirs_exist_ok=True)
            print(f"cut {number}: the verifier failed; the disk's content is kept in {kept}", flush=True)
        if found is None or found < expected:
            lossy += 1
            lost += expected - (found or 0)
            if not options.expect_loss:
                print(f"cut {number}: {expected} were acknowledged, {found} are there", flush=True)
        floor = found or 0
        if found is None:
            shutil.rmtree(medium, ignore_errors=True)
            os.mkdir(medium)
    seconds = time.monotonic() - begin
    print(f"{options.name}: seed {options.seed}, {options.cuts} cuts, {acknowledged} records acknowledged, {lossy} cuts lossy, "
          f"{lost} records lost, {seconds:.0f} s", flush=True)
    if not acknowledged:
        raise Broken("nothing was acknowledged: the test proved nothing")
    return (lossy > 0) == options.expect_loss


def main():
    options = arguments()
    folder = tempfile.mkdtemp(prefix="cuts-")
    try:
        with open(options.log or os.devnull, "ab") as log:
            as_expected = run(options, folder, log)
    except Broken as error:
        print(f"{options.name}: seed {options.seed}: {error}", file=sys.stderr)
        return 2
    finally:
        subprocess.run(["fusermount3", "-u", "-z", folder + "/mounted"], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if as_expected else 1


if __name__ == "__main__":
    sys.exit(main())
