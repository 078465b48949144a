"""A service that keeps what it should forget: a history of all requests, for a statistic that nobody reads."""

import time

REQUESTS_AT_ONCE = 64
REQUESTS_TO_REPORT = 512
BODY_BYTES = 16384

history = []
request = 0
while True:
    request += 1
    history.append({"id": request, "body": "x" * BODY_BYTES})
    if request % REQUESTS_TO_REPORT == 0:
        print(f"{len(history)} requests in the history", flush=True)
    if request % REQUESTS_AT_ONCE == 0:
        time.sleep(0.1)
