"""Questions and answers, for optimisers."""

import json
import subprocess
import threading
from concurrent.futures import Future

from .command import OrreryError, call, command


class Evaluator:
    """Answers points of a study over one running process; results are kept in the study's store.

    ``axes`` and ``objectives`` say what may be asked and what is wanted. Call it with a dict of axis values for one answer;
    ``submit`` returns a future, so that several points run at a time.
    """

    def __init__(self, study, store=None, jobs=None):
        options = [study]
        if store is not None:
            options += ["--store", store]
        about = json.loads(call(["evaluate", *options, "--describe"]))
        self.axes = about["axes"]
        self.objectives = about["objectives"]
        if jobs is not None:
            options += ["--jobs", jobs]
        self._process = subprocess.Popen(
            [command(), "evaluate", *map(str, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, bufsize=1)
        self._open = {}
        self._lock = threading.Lock()
        self._count = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def submit(self, at, settings=None):
        """Asks for a point; a future of the answer, which has ``objectives``, or ``error`` and ``error_class``."""
        with self._lock:
            self._count += 1
            number = self._count
            future = Future()
            self._open[number] = future
            try:
                self._process.stdin.write(json.dumps({"id": number, "at": at, "set": settings or {}}) + "\n")
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                del self._open[number]
                raise self._failure() from None
        return future

    def __call__(self, at, settings=None):
        return self.submit(at, settings).result()

    def _read(self):
        for line in self._process.stdout:
            answer = json.loads(line)
            with self._lock:
                future = self._open.pop(answer.get("id"), None)
            if future is not None:
                future.set_result(answer)
        failure = self._failure()
        with self._lock:
            for future in self._open.values():
                future.set_exception(failure)
            self._open.clear()

    def _failure(self):
        code = self._process.wait()
        return OrreryError(code, self._process.stderr.read() if not self._process.stderr.closed else "")

    def close(self):
        """Waits for the open questions and ends the process."""
        if not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait()
        self._reader.join()
        self._process.stdout.close()
        self._process.stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
