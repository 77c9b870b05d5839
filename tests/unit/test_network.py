"""The suite cannot reach the network; loopback stays open."""

import socket

import pytest


def test_the_network_is_out_of_reach() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside,
        pytest.raises(OSError, match="may not reach the network"),
    ):
        outside.connect(("192.0.2.1", 80))


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=2) as client,
    ):
        assert client.getpeername()[0] == "127.0.0.1"
