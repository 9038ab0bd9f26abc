"""LocalStack's S3, and nothing else of LocalStack, on 127.0.0.1: `python localstack_server.py PORT DIRECTORY`.

Run by path, by the Python of .venv-localstack, which has none of our packages. LocalStack's own runtime would listen on
every interface, and it looks for plugins that its package does not declare. Here are the handlers that S3 needs, in
LocalStack's order. Presigned URLs are checked with the secret key of the environment; other signatures are not checked,
because LocalStack cannot.
"""

import os
import sys
from types import SimpleNamespace

os.environ |= {"S3_SKIP_SIGNATURE_VALIDATION": "0", "OVERRIDE_IN_DOCKER": "0", "DISABLE_EVENTS": "1"}

from localstack.aws import handlers
from localstack.aws.api import RequestContext
from localstack.aws.gateway import Gateway
from localstack.aws.handlers.service import ServiceRequestRouter
from localstack.aws.serving.werkzeug import CustomWSGIRequestHandler
from localstack.aws.spec import load_service
from localstack.services.s3 import presigned_url
from localstack.services.s3.provider import S3Provider
from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore
from rolo.gateway.wsgi import WsgiGateway
from werkzeug.serving import ThreadedWSGIServer


def address_s3(_chain: object, context: RequestContext, _response: object) -> None:
    """Every request is one to S3. LocalStack would read the models of all services to find that out."""
    context.service = load_service("s3")


def s3_gateway(directory: str) -> Gateway:
    """The S3, with its objects below `directory`."""
    provider, router = S3Provider(EphemeralS3ObjectStore(directory)), ServiceRequestRouter()
    router.add_provider(provider, load_service("s3"))
    provider.on_after_init()
    gateway = Gateway(context_class=RequestContext)
    gateway.request_handlers.extend(
        [
            address_s3,
            handlers.preprocess_request,
            handlers.content_decoder,
            handlers.parse_service_name,
            handlers.parse_pre_signed_url_request,
            handlers.inject_auth_header_if_missing,
            handlers.add_region_from_header,
            handlers.add_account_id,
            handlers.parse_service_request,
            handlers.serve_custom_service_request_handlers,
            router,
        ]
    )
    gateway.exception_handlers.extend(
        [handlers.log_exception, handlers.handle_service_exception, handlers.handle_internal_failure]
    )
    gateway.response_handlers.append(handlers.modify_service_response)
    return gateway


def main(port: int, directory: str) -> None:
    """Serve until the process ends."""
    presigned_url.get_service_catalog = lambda: SimpleNamespace(get=load_service)
    presigned_url.DEFAULT_PRE_SIGNED_SECRET_ACCESS_KEY = os.environ["AWS_SECRET_ACCESS_KEY"]
    application = WsgiGateway(s3_gateway(directory))
    ThreadedWSGIServer("127.0.0.1", port, application, handler=CustomWSGIRequestHandler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
