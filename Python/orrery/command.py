"""Finds the orrery command and calls it."""

import os
import shutil
import subprocess
from pathlib import Path

#: What the exit codes of the command mean.
MEANINGS = {
    2: "bad usage or input",
    3: "the simulation failed",
    4: "part of the study failed",
    5: "a memory is too small",
    130: "interrupted",
}


class OrreryError(RuntimeError):
    """The command failed: ``exit_code`` says how, the message is what it printed."""

    def __init__(self, exit_code, message):
        meaning = MEANINGS.get(exit_code, "exit code %d" % exit_code)
        super().__init__("%s\n%s" % (meaning, message.strip()))
        self.exit_code = exit_code


def command():
    """The path of the orrery command."""
    named = os.environ.get("ORRERY")
    if named:
        return named
    built = Path(__file__).resolve().parents[2] / ".build" / "release" / "orrery"
    if built.exists():
        return str(built)
    found = shutil.which("orrery")
    if found:
        return found
    raise FileNotFoundError("no orrery command: build it with `make build`, or name it in the environment variable ORRERY")


def call(arguments, allowed=()):
    """Runs the command; its standard output. Exit codes other than 0 and those in ``allowed`` raise OrreryError."""
    done = subprocess.run([command(), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0 and done.returncode not in allowed:
        raise OrreryError(done.returncode, done.stderr)
    return done.stdout
