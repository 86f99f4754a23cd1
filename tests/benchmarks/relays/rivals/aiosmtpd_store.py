"""aiosmtpd as one would make it durable: each message a file, synced and renamed before its 250. Hands nothing on."""

import asyncio
import itertools
import os
import sys

from aiosmtpd.smtp import SMTP

FOLDER = sys.argv[2]
NUMBERS = itertools.count(1)


def store(content, number):
    name = os.path.join(FOLDER, str(number))
    with open(name + ".new", "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(name + ".new", name)
    folder = os.open(FOLDER, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        # A sync blocks: in the loop it would hold up all sessions.
        await asyncio.get_running_loop().run_in_executor(None, store, envelope.content, next(NUMBERS))
        return "250 2.0.0 stored"


async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Handler(), hostname="relay.example.org"), "127.0.0.1", int(sys.argv[1]), backlog=512)
    await server.serve_forever()


asyncio.run(main())
