"""The last part of the demo: the image is copied over the OCI API, by skopeo if it is installed."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import httpx

from moorage_local.demo.console import done
from moorage_local.demo.steps import DemoError

TIMEOUT_SECONDS = 120
_ACCEPT = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"


def pull_push_and_compare(url: str, repository: str, tag: str, directory: Path) -> dict[str, str]:
    """Pull the image, push it to a second repository, and compare the digests. Raises: DemoError."""
    copied = f"{repository}-copy"
    if shutil.which("skopeo"):
        client = "skopeo"
        _copy_by_skopeo(url.removeprefix("http://"), f"{repository}:{tag}", f"{copied}:{tag}", directory)
    else:
        client = "plain OCI requests"
        _copy_by_requests(url, repository, copied, tag)
    first, second = (_digest(url, name, tag) for name in (repository, copied))
    if first != second:
        raise DemoError(f"the copy has digest {second} instead of {first}")
    done(f"{client} pulled the image and pushed it as {copied}:{tag}; both have the digest {first[:19]}…")
    return {"copied over the OCI API": f"by {client}"}


def _copy_by_skopeo(registry: str, source: str, target: str, directory: Path) -> None:
    layout = f"oci:{directory / 'pulled'}:demo"
    insecure = ("--insecure-policy", "copy", "--preserve-digests")
    pulled = f"docker://{registry}/{source}"
    pushed = f"docker://{registry}/{target}"
    _run("skopeo", *insecure, "--src-tls-verify=false", pulled, layout)
    _run("skopeo", *insecure, "--dest-tls-verify=false", layout, pushed)


def _run(*command: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    if ended.returncode:
        raise DemoError(f"{command[0]} failed: {ended.stderr.strip()}")


def _copy_by_requests(url: str, repository: str, copied: str, tag: str) -> None:
    """Each blob with one POST and one PUT, then the manifest."""
    with httpx.Client(base_url=f"{url}/v2/", trust_env=False, follow_redirects=True, timeout=TIMEOUT_SECONDS) as http:
        manifest = _checked(http.get(f"{repository}/manifests/{tag}", headers={"Accept": _ACCEPT}))
        names = json.loads(manifest.content)
        for descriptor in (names["config"], *names["layers"]):
            blob = _checked(http.get(f"{repository}/blobs/{descriptor['digest']}")).content
            if f"sha256:{hashlib.sha256(blob).hexdigest()}" != descriptor["digest"]:
                raise DemoError(f"blob {descriptor['digest']} came back as other bytes")
            place = _checked(http.post(f"{copied}/blobs/uploads/")).headers["location"]
            _checked(http.put(f"{url}{place}", params={"digest": descriptor["digest"]}, content=blob))
        headers = {"Content-Type": manifest.headers["content-type"]}
        _checked(http.put(f"{copied}/manifests/{tag}", content=manifest.content, headers=headers))


def _digest(url: str, repository: str, tag: str) -> str:
    answer = httpx.head(f"{url}/v2/{repository}/manifests/{tag}", headers={"Accept": _ACCEPT}, trust_env=False)
    return _checked(answer).headers["docker-content-digest"]


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise DemoError(f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code}")
    return answer
