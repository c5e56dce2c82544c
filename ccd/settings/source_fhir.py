"""An HL7 FHIR R4 server as a source: where it is, how ccd signs in, what the clinic's codes mean."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ccd.routing.base import Model
from ccd.routing.words import Text, matching
from ccd.settings.paths import ResolvedPath

Address = Annotated[
    Text, matching(r"https?://[^\s/?#@]+(/[^\s?#]*)?", 'must look like "https://mis.clinic.ru/fhir"')
]
SecretName = Annotated[Text, matching(r"[A-Za-z_][A-Za-z0-9_]{0,63}", "must be the name of a variable")]
HeaderName = Annotated[Text, matching(r"[A-Za-z0-9-]{1,64}", "must be the name of an HTTP header")]
HeaderValue = Annotated[Text, matching(r"[\x20-\x7e]{0,500}", "must be one line of Latin text")]
NumberForm = Annotated[
    Text,
    matching(r"[0-9+ ()./#-]*#[0-9+ ()./#-]*", 'must look like "8 (###) ###-##-##": # stands for a digit'),
]

Asked = Literal["relatives", "staff", "policies", "visits", "remarks"]


class FhirSettings(Model):
    """An HL7 FHIR R4 server: who is calling; with ``booking`` also its free slots."""

    url: Address
    """The server's base, like ``https://mis.clinic.ru/fhir``."""
    aliases: tuple[Address, ...] = ()
    """Other addresses by which the server calls itself in its links; all else in a link is refused."""
    token_env: SecretName | None = None
    """The environment variable, or systemd credential, that holds the bearer token."""
    user: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The user for basic authentication."""
    password_env: SecretName | None = None
    """The environment variable, or systemd credential, that holds the user's password."""
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict)
    """Sent with each request; no place for secrets."""
    ca_file: ResolvedPath | None = None
    """PEM file with the authority to trust; the system's own when absent."""
    number_forms: Annotated[tuple[NumberForm, ...], Field(max_length=20)] = ()
    """Ways in which the clinic writes numbers, beside the usual: ``"8-###-###-##-##"``; # is a digit."""
    words: dict[Text, Text] = Field(default_factory=dict)
    """What the card says in place of a code: services, specialties, relationships, kinds of policies."""
    guardians: tuple[Text, ...] = ("GUARD", "PRN", "MTH", "FTH", "NMTH", "NFTH", "STPMTH", "STPFTH", "ADOPTP")
    """Codes of ``RelatedPerson.relationship`` that make a guardian; all others are relatives."""
    services_extension: Text = ""
    """URL of the extension of Coverage that says what is paid: service, answer, percent, amount, clause."""
    debt_extension: Text = ""
    """URL of the extension of Patient with what the patient owes (valueMoney or valueDecimal)."""
    visits_back: Annotated[int, Field(ge=0, le=3_650)] = 365
    """Days of past visits."""
    visits_ahead: Annotated[int, Field(ge=0, le=3_650)] = 365
    """Days of coming visits."""
    ask: tuple[Asked, ...] = ("relatives", "staff", "policies", "visits", "remarks")
    """What is asked beside patients: RelatedPerson, Practitioner, Coverage, Appointment, Flag."""
    include: bool = True
    """Ask with ``_include``; false for a server that refuses it: then references are read by ``_id``."""
    page: Annotated[int, Field(ge=1, le=1_000)] = 100
    """Resources on a page of a search (``_count``)."""
    pages: Annotated[int, Field(ge=1, le=1_000)] = 20
    """Pages of one search at most; more is an error."""
    connections: Annotated[int, Field(ge=1, le=1_000)] = 20
    """Connections to the server at most."""
    request_timeout: Annotated[float, Field(gt=0, le=60)] = 10
    """Seconds for one request; when it books, the outcome is asked about afterwards."""
    max_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 1_000_000
    """The longest answer that is read; a longer one is an error."""
    booking: bool = False
    """Show free slots (Schedule, Slot), and book, move and cancel in them."""

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.user is None) != (self.password_env is None):
            raise ValueError("user and password_env belong together")
        if self.user is not None and self.token_env is not None:
            raise ValueError("token_env and user exclude each other")
        return self
