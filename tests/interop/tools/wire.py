"""Sits on the wire between the relay and a smarthost: keeps every octet the relay says, and on request takes STARTTLS away.

    wire.py --listen PORT --to PORT --record FILE [--strip] [--pieces]

--pieces: a line of its own in front of every piece in which the octets came.
"""
import argparse
import asyncio


async def pump(reader, writer, record=None, strip=False, mark=b""):
    try:
        while data := await reader.read(65536):
            if record is not None:
                record.write(mark + data)
                record.flush()
            if strip:
                data = data.replace(b"250-STARTTLS\r\n", b"").replace(b"250 STARTTLS\r\n", b"250 HELP\r\n")
            writer.write(data)
            await writer.drain()
        # A client may have said its last word and still wait for answers.
        writer.write_eof()
    except OSError:
        writer.close()


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--listen", type=int, required=True)
    options.add_argument("--to", type=int, required=True)
    options.add_argument("--record", required=True)
    options.add_argument("--strip", action="store_true")
    options.add_argument("--pieces", action="store_true")
    options = options.parse_args()
    record = open(options.record, "ab")

    async def serve(reader, writer):
        try:
            from_host, to_host = await asyncio.open_connection("127.0.0.1", options.to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, to_host, record, mark=b"\n--piece--\n" if options.pieces else b""), pump(from_host, writer, strip=options.strip))
        writer.close()
        to_host.close()

    server = await asyncio.start_server(serve, "127.0.0.1", options.listen)
    await server.serve_forever()


asyncio.run(main())
