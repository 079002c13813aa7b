#!/usr/bin/env python3
"""A stand-in for systemd's end of $NOTIFY_SOCKET (sd_notify(3)): appends every line it is sent to a file.

Usage: notify_socket.py SOCKET FILE. Ends when it is killed.
"""

import os
import socket
import sys


def main() -> None:
    path, output = sys.argv[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server, open(output, "w", encoding="utf-8") as lines:
        server.bind(path)
        os.chmod(path, 0o666)
        while True:
            lines.write(server.recv(65536).decode() + "\n")
            lines.flush()


if __name__ == "__main__":
    main()
