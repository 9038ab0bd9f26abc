"""One driver of a registry for all tests: requests of each protocol, what carries them, and the answers.

    from tests.support.driver.requests import oci_request
    from tests.support.driver.transports import to_function, to_ports, to_server

    send = to_server(server.url)  # or to_function(load(directory)), or to_ports(registry, ports)
    assert send(oci_request("GET", "/v2/_catalog")).json == {"repositories": []}

A boto3 client goes the same ways: `ecr_client(send)`.
"""
