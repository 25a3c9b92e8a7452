"""What can go wrong with a call, as one tree, and the table that maps the HTTP library's errors to it.

RouterError
├── ConfigError                     no key, an address that is none, an image that cannot be read
├── RequestError                    a request that cannot be decided; names the field
├── DeniedError                     the policy or a budget says no; nothing was sent
└── ProviderError                   the provider refused or failed
    ├── ProviderTimeoutError        no answer came in time; it may have been drawn and billed
    └── ProviderUnreachableError    there was no connection, or it broke
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import httpx

from ..errors import ConfigError, RouterError


class DeniedError(RouterError):
    """Our own denial; `code` is that of the decision's `deny`, `status` what an SDK would have seen."""

    def __init__(
        self, message: str, *, code: str, status: int, decision_id: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = code
        self.status = status
        self.decision_id = decision_id


class ProviderError(RouterError):
    """The provider refused or failed; what its answer does not say, or where there is none, is None."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        type: str | None = None,  # noqa: A002 -- the API's own word
        param: str | None = None,
        request_id: str | None = None,
        decision_id: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code
        self.type = type
        self.param = param
        self.request_id = request_id
        self.decision_id = decision_id


class ProviderTimeoutError(ProviderError):
    """No answer came in time; the picture may be drawn and billed all the same."""


class ProviderUnreachableError(ProviderError):
    """There was no connection to the provider, or it broke before the answer was whole."""


ERRORS: Final[Mapping[type[Exception], type[RouterError]]] = {
    httpx.InvalidURL: ConfigError,
    httpx.RequestError: ProviderError,
    httpx.TransportError: ProviderUnreachableError,
    httpx.UnsupportedProtocol: ConfigError,
    httpx.TimeoutException: ProviderTimeoutError,
    httpx.ConnectTimeout: ProviderUnreachableError,
    httpx.PoolTimeout: ProviderUnreachableError,
}
"""What is raised for an error of the HTTP library: the entry of the closest of its classes."""


@contextmanager
def our_errors(where: str) -> Iterator[None]:
    """Raise our own error in the place of the HTTP library's; `where` is the address that is called."""
    try:
        yield
    except tuple(ERRORS) as error:
        ours = next(ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS)
        raise ours(f"{where}: {str(error) or type(error).__name__}") from error
