"""Every setting, typed, frozen, with its unit.  Loading with positions is ``loading.py``'s job."""

from pathlib import Path
from typing import Annotated, Literal

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, Field

from ccd.routing.base import Model
from ccd.routing.rules import Routing
from ccd.routing.words import Name, matching
from ccd.settings.database import DatabasePlace
from ccd.settings.hiding import Hidden
from ccd.settings.live import Live, Prometheus, Wallboard
from ccd.settings.missed import Missed
from ccd.settings.networks import Network
from ccd.settings.paths import ResolvedPath
from ccd.settings.recordings import Recordings
from ccd.settings.reports import Reports
from ccd.settings.sources import MergeKey, Sources, default_sources
from ccd.settings.topics import Outcome, Topic

__all__ = [
    "Agi",
    "Ami",
    "AsteriskLogs",
    "Desk",
    "DirectorySettings",
    "Log",
    "Missed",
    "Model",
    "Name",
    "Outcome",
    "Recordings",
    "Reports",
    "Routing",
    "Settings",
    "Tls",
    "Topic",
]


def _region(value: str) -> str:
    """A region that ``phonenumbers`` knows; of another it would understand no local number."""
    if value not in SUPPORTED_REGIONS:
        raise ValueError(f'"{value}" is no country code; write two capitals like RU, UA (Ukraine), GB')
    return value


Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Origin = Annotated[str, matching(r"https?://[^/\s]+", 'must look like "https://desk.clinic.ru", no path')]
Region = Annotated[str, AfterValidator(_region)]
Currency = Annotated[str, matching(r"([A-Z]{3})?", "must be three capitals like RUB, UAH or EUR, or empty")]


class Tls(Model):
    """TLS towards Asterisk's manager."""

    ca_file: ResolvedPath | None = None
    """PEM file with the authority to trust; the system's own when absent."""
    server_name: str = ""
    """The name in Asterisk's certificate; the host when empty."""


class Ami(Model):
    """How to reach Asterisk's manager interface."""

    host: str = "127.0.0.1"
    port: Port = 5038
    username: str = "ccd"
    secret: str = Field(default="", repr=False)
    """The manager secret; better kept out of the file, see ``secrets.ami_secret``."""
    secret_env: str = "CCD_AMI_SECRET"  # noqa: S105 - a name, not a secret
    """The environment variable that holds the secret when ``secret`` is empty."""
    tls: Tls | None = None
    connect_timeout: Seconds = 5
    ping_interval: Seconds = 5
    """Seconds between pings; a ping unanswered for as long again ends the link."""
    reconnect_max: Seconds = 30
    """The longest pause between two attempts to connect, in seconds."""
    buffer: Annotated[int, Field(ge=100, le=10_000_000)] = 100_000
    """Events kept while handling lags; beyond, a gap is declared and ccd resynchronises."""


class Agi(Model):
    """The FastAGI server that the dialplan asks."""

    host: str = "127.0.0.1"
    port: Port = 4573
    max_sessions: Annotated[int, Field(ge=1, le=100_000)] = 1000
    """Sessions at once; one more is answered with the default route at once."""
    deadline: Seconds = 1.5
    """Seconds for a whole answer; Asterisk itself gives up after 2."""
    read_timeout: Seconds = 1.0
    """Seconds within which the environment block must have arrived."""


class DirectorySettings(Model):
    """Who is calling."""

    region: Region = "RU"
    """ISO 3166 region that local numbers belong to."""
    deadline: Seconds = 0.8
    """Seconds the PBX waits for the caller's name before it routes without."""
    sources: Sources = Field(default_factory=default_sources)
    """Who is asked, all at once; the first written is believed where two contradict each other."""
    merge: tuple[MergeKey, ...] = ("name_and_birth_date", "policy")
    """By what two sources mean the same person."""

    @property
    def patience(self) -> float:
        """Seconds that sources are waited for: of the deadline a twentieth is left for the answer itself."""
        return 0.95 * self.deadline


class Desk(Model):
    """The web page of operators and doctors."""

    host: str = "127.0.0.1"
    port: Port = 8080
    origins: tuple[Origin, ...] = ()
    """Exact origins allowed besides the page's own address: behind a proxy, or under a domain name."""
    max_connections: Annotated[int, Field(ge=1, le=100_000)] = 2000
    """Connections at once, of which a page has one or two; one more closes the one that is idle longest."""
    trusted_proxies: tuple[Network, ...] = ()
    """Addresses or networks whose ``X-Forwarded-For`` is believed: the reverse proxy's own."""
    topics: tuple[Topic, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    outcome_required: bool = False
    """Each call that was answered needs an outcome: the desk asks for it, and lists those without one."""
    languages: tuple[Literal["ru", "uk", "en"], ...] = ("ru", "uk", "en")
    language: Literal["ru", "uk", "en"] = "ru"
    """The language of the sign-in page."""
    secure_cookie: bool = False
    """Set when the page is served over HTTPS (behind a proxy)."""
    session_hours: Annotated[int, Field(ge=1, le=720)] = 12
    doctors_queue: Name = "duty-doctor"
    """The queue whose present members count as doctors on duty."""
    currency: Currency = ""
    """ISO 4217 code of the clinic's sums, like RUB; empty: sums are shown as bare numbers."""
    ask_reason: bool = False
    """Whoever looks a patient up without a call must say why; it stands in the audit trail."""
    hidden: Hidden = Hidden()
    """What of a patient each role is not sent."""
    live: Live = Live()
    """The supervisors' live page: queues, agents, who waits."""
    wallboard: Wallboard = Wallboard()
    """The big figures for a screen on the wall."""
    prometheus: Prometheus = Prometheus()
    """Who may read ``/metrics``."""


class Log(Model):
    """Where ccd writes what it does.  Phones and names are always masked."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "console"] = "auto"
    file: ResolvedPath | None = None
    """Appended to; the standard error stream when absent."""


class AsteriskLogs(Model):
    """What Asterisk itself writes down of calls: what ccd did not hear is read there afterwards."""

    cel: ResolvedPath | None = None
    """The file that ``dialplan/ccd-cel-custom.conf`` has written; without it nothing is recovered."""
    queue_log: ResolvedPath = Path("/var/log/asterisk/queue_log")
    """Asterisk's ``queue_log``; those that were rotated are found beside it."""


class Settings(Model):
    """All of ccd's configuration.  Paths are absolute after loading."""

    database: Annotated[DatabasePlace, Field(validate_default=True)] = Path("ccd.db")
    """The SQLite file, created when absent; or ``postgresql://USER@HOST/DATABASE``, which its admin made.

    Its password: the variable ``CCD_DATABASE_PASSWORD``, or the systemd credential ``database_password``.
    """
    state_folder: Annotated[ResolvedPath, Field(validate_default=True)] = Path()
    """With PostgreSQL: where ccd's socket for commands is, and records that the database did not take."""
    voicemail_folder: ResolvedPath = Path("/var/spool/asterisk/ccd-voicemail")
    """Where the dialplan records messages (``CCD_VOICEMAIL_DIR``); ccd reads it."""
    recordings: Recordings = Recordings()
    """Recorded calls: where they are, who may hear them."""
    sounds_folder: ResolvedPath | None = None
    """Asterisk's sounds, a folder for each language; ``ccd check`` looks there for those of the rules."""
    asterisk_logs: AsteriskLogs = AsteriskLogs()
    ami: Ami = Ami()
    agi: Agi = Agi()
    directory: DirectorySettings = DirectorySettings()
    desk: Desk = Desk()
    missed: Missed = Missed()
    reports: Reports = Reports()
    routing: Routing = Routing()
    routing_file: ResolvedPath | None = None
    """Where ``routing`` was loaded from, when it has a file of its own."""
    watch_rules: bool = True
    """Take changed rules as soon as their files change; else by ``ccd reload`` or SIGHUP only."""
    log: Log = Log()

    @property
    def beside(self) -> Path:
        """What ccd keeps beside its database is named after this: socket, spool."""
        return self.database if isinstance(self.database, Path) else self.state_folder / "ccd"
