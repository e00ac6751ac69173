"""Opens many connections that send their request a byte at a time, and tries whether others are still answered."""

import asyncio
import sys
import time

host, port, count, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
opened = 0
closed = 0


async def crawl(number):
    global opened, closed
    try:
        reader, writer = await asyncio.open_connection(host, port, local_addr=(f"127.0.0.{2 + number % 4}", 0))
    except OSError:
        closed += 1
        return
    opened += 1
    try:
        for byte in b"GET /collections HTTP/1.1\r\nHost: x\r\n" * 100:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(2)
    except (OSError, asyncio.CancelledError):
        closed += 1
    writer.close()


async def answered():
    began = time.monotonic()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    text = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return time.monotonic() - began if b" 200 " in text.split(b"\r\n")[0] else None


async def main():
    crawlers = []
    for number in range(count):
        crawlers.append(asyncio.create_task(crawl(number)))
        if number % 200 == 199:
            await asyncio.sleep(0.05)
    times, refused = [], 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            took = await answered()
        except (OSError, asyncio.TimeoutError):
            took = None
        if took is None:
            refused += 1
        else:
            times.append(took)
        await asyncio.sleep(0.2)
    times.sort()
    print(f"slow connections opened {opened}, closed or refused by the service {closed}")
    print(f"others asked {len(times) + refused}, refused {refused}, slowest {1000 * times[-1] if times else -1:.1f} ms")
    for task in crawlers:
        task.cancel()
    sys.exit(1 if refused or not times or times[-1] > 2 else 0)


asyncio.run(main())
