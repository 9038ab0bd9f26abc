"""Who asks a local server: its owner, if it is open; with a file of access keys, whoever proves to have one of them.

    callers = open_callers()                            # everybody is the registry's account itself
    callers = key_callers(load_access_keys(file))

The ECR and direct APIs want signatures, as API Gateway's IAM authorizer does. Below /v2/, an access key's id and secret
are a name and a password, beside the tokens of GetAuthorizationToken.
"""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from moorage.domain.caller import Caller, parse_caller
from moorage.wire.oci.credentials import Accounts, no_accounts

from moorage_local.access.access_keys import AccessKey
from moorage_local.access.sigv4 import SignatureError, Verifier, host_url
from moorage_local.lambda_runtime.http_events import Request, open_caller_arn


@dataclass(frozen=True, slots=True)
class Callers:
    """`signer_of` gives the ARN of whoever signed a request; it raises SignatureError.

    `arn_without_credentials` is that of a request below /v2/ without credentials, empty for an anonymous caller.
    """

    signer_of: Callable[[Request], str]
    arn_without_credentials: str
    accounts: Accounts


def open_callers() -> Callers:
    """Nobody has to prove anything, except that a token which comes has to be one of ours."""
    return Callers(lambda _: open_caller_arn(), open_caller_arn(), no_accounts)


def key_callers(keys: Mapping[str, AccessKey]) -> Callers:
    """Those who have one of these access keys."""
    verifier = Verifier(keys)

    def signer_of(request: Request) -> str:
        headers = dict(request.headers)
        url = host_url(headers.get("host", ""), request.path, request.query)
        arn = verifier.caller_of(request.method, url, headers, bytes(request.body), time.time())
        if not arn:
            raise SignatureError("the request is not signed")
        return arn

    def account(key_id: str, secret: str) -> Caller | None:
        key = keys.get(key_id)
        if key is None or not hmac.compare_digest(key.secret.encode(), secret.encode()):
            return None
        return parse_caller(key.arn)

    return Callers(signer_of, "", account)
