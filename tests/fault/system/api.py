"""The messages and services of proto/audienced/v1."""

from system import stubs

stubs.provide()

import grpc  # noqa: E402
from audienced.v1 import audience_pb2, audience_service_pb2  # noqa: E402
from audienced.v1 import audience_service_pb2_grpc  # noqa: E402
from audienced.v1 import error_reason_pb2, event_pb2  # noqa: E402
from audienced.v1 import event_service_pb2, event_service_pb2_grpc  # noqa: E402
from audienced.v1 import profile_service_pb2  # noqa: E402
from audienced.v1 import profile_service_pb2_grpc  # noqa: E402
from audienced.v1 import rule_service_pb2, rule_service_pb2_grpc  # noqa: E402

__all__ = ['Services', 'audience_pb2', 'audience_service_pb2',
           'error_reason_pb2', 'event_pb2', 'event_service_pb2',
           'profile_service_pb2', 'rule_service_pb2', 'grpc', 'micros',
           'set_time']

# A connection that breaks is tried again at once, and again and again. A try
# may take as long as `min_reconnect_backoff_ms`: a busy machine needs it.
_CHANNEL_OPTIONS = (('grpc.initial_reconnect_backoff_ms', 50),
                    ('grpc.min_reconnect_backoff_ms', 5000),
                    ('grpc.max_reconnect_backoff_ms', 200),
                    ('grpc.max_receive_message_length', 64 << 20),
                    ('grpc.use_local_subchannel_pool', 1),
                    ('grpc.enable_http_proxy', 0))


class Services:
    """The services behind one address, over one channel of their own."""

    def __init__(self, port: int) -> None:
        self.channel = grpc.insecure_channel(f'127.0.0.1:{port}',
                                             options=_CHANNEL_OPTIONS)
        self.audiences = audience_service_pb2_grpc.AudienceServiceStub(
            self.channel)
        self.events = event_service_pb2_grpc.EventServiceStub(self.channel)
        self.profiles = profile_service_pb2_grpc.ProfileServiceStub(
            self.channel)
        self.rules = rule_service_pb2_grpc.RuleServiceStub(self.channel)

    def close(self) -> None:
        """Ends all calls and the connection."""
        self.channel.close()


def micros(timestamp) -> int:
    """The instant of a google.protobuf.Timestamp, in microseconds."""
    return timestamp.seconds * 1_000_000 + timestamp.nanos // 1000


def set_time(timestamp, at: int) -> None:
    """Sets a google.protobuf.Timestamp to an instant in microseconds."""
    timestamp.seconds, rest = divmod(at, 1_000_000)
    timestamp.nanos = rest * 1000
