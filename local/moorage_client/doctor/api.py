"""The API: whether it answers, whether it asks for signatures, and what API Gateway does to a header."""

from urllib.parse import urlencode

from moorage_client.doctor.api_requests import call, is_from_function, send
from moorage_client.doctor.deployed import Deployed
from moorage_client.doctor.outcome import Outcome, fault, not_checked, ok, require

CHALLENGE, RENAMED = "www-authenticate", "x-amzn-remapped-www-authenticate"
ROUTES = (("POST", "/"), ("POST", "/r/ListImages/any"), ("POST", "/direct-uploads"), ("GET", "/v2/"))
"""One request for each kind of route."""
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_WRONG_LOGIN = {"grant_type": "password", "service": "doctor", "username": "AWS", "password": "wrong"}


def check_endpoint(stack: Deployed) -> Outcome:
    """A signed DescribeRegistry reaches the function and names the stack's registry."""
    status, answered = call(stack, "/", "DescribeRegistry")
    url, expected = stack.outputs["Endpoint"], stack.outputs["RegistryId"]
    if status == 200:
        return require(
            holds=answered.get("registryId") == expected,
            good=f"{url} answers for the registry {expected}",
            bad=f"{url} answers for the registry {answered.get('registryId')}, and the stack's is {expected}",
            advice="the domain or the mapping of the API leads to another stack",
        )
    if is_from_function(status, answered) and status < 500:
        return ok(f"{url} answers; it refuses these credentials: {answered['__type']}")
    if status == 403:
        return not_checked(
            f"API Gateway refuses these credentials for {url}", "attach the policy of the output AdministratorPolicy"
        )
    return fault(f"DescribeRegistry was answered with {status}", "read the log of the function EcrApi")


def check_unsigned_requests(stack: Deployed) -> Outcome:
    """API Gateway refuses a request without a signature on each kind of route."""
    answers = {f"{method} {path}": send(stack, method, path, is_signed=False).status_code for method, path in ROUTES}
    if missing := [route for route, status in answers.items() if status == 404]:
        return fault(f"no route answers {', '.join(missing)}", "deploy the template again")
    # The function of the OCI API itself answers 401, so that only 403 is API Gateway's.
    let_in = [f"{route}: {status}" for route, status in answers.items() if status != 403]
    return require(
        holds=not let_in,
        good="every route refuses requests without a signature",
        bad=f"not refused without a signature: {', '.join(let_in)}",
        advice="each route needs AuthorizationType AWS_IAM: deploy the template again",
    )


def check_challenge_header(stack: Deployed) -> Outcome:
    """Under which name the header WWW-Authenticate of a refused login arrives."""
    response = send(stack, "POST", "/v2/token", urlencode(_WRONG_LOGIN).encode(), _FORM)
    names = {name.lower() for name in response.headers}
    if CHALLENGE in names:
        return ok("API Gateway passes on WWW-Authenticate")
    if RENAMED in names:
        return ok(f"API Gateway renames WWW-Authenticate to {RENAMED}; `moorage gateway` names it back")
    if response.status_code == 401:
        return fault(
            "API Gateway drops WWW-Authenticate", "docker's clients need `moorage gateway` or CloudFront before the API"
        )
    return not_checked(
        f"the login was answered with {response.status_code} instead of 401",
        "these credentials need the policy of the output AdministratorPolicy",
    )
