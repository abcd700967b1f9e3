#!/usr/bin/python3
"""Mails each abandoned cart once: here it prints whom, and the cart's lines.

Lists who is in the audience `cart-abandoners`, then watches how that changes,
and after any break goes on where it was. Immediately before it mails it asks
whether the person is still in.

usage: abandoned_carts.py [FOLDER]        where it keeps what it did; default .

Environment: AUDIENCED_SERVER (default 127.0.0.1:8450), AUDIENCED_TOKEN, and
AUDIENCED_TLS_CA, a file of certificates; without it nothing is encrypted.
"""

import os
import random
import sys
import time

import grpc
from audienced.v1 import audience_pb2, audience_service_pb2 as api
from audienced.v1.audience_service_pb2_grpc import AudienceServiceStub
from google.rpc import error_details_pb2, status_pb2

AUDIENCE = 'cart-abandoners'
CHECKED_AT_ONCE = 1000  # with the members the daemon answers no more
TOKEN = os.environ.get('AUDIENCED_TOKEN')
METADATA = [('authorization', 'Bearer ' + TOKEN)] if TOKEN else []


class Progress:
    """What this client did, in two files that survive its end: the carts that
    are mailed, and the cursor of what is acted on."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.cursor_file = os.path.join(folder, 'cursor')
        self.cursor = ''
        if os.path.exists(self.cursor_file):
            with open(self.cursor_file, encoding='ascii') as file:
                self.cursor = file.read()
        self.mailed_file = open(os.path.join(folder, 'mailed'), 'a+',
                                encoding='utf-8')
        self.mailed_file.seek(0)
        self.mailed = set(self.mailed_file.read().splitlines())

    def add_mailed(self, key):
        """Notes a cart that is mailed. Durable when it returns."""
        self.mailed.add(key)
        self.mailed_file.write(key + '\n')
        self.mailed_file.flush()
        os.fsync(self.mailed_file.fileno())

    def set_cursor(self, cursor):
        """All before `cursor` is acted on. Empty: begin with the list."""
        part = self.cursor_file + '.part'
        with open(part, 'w', encoding='ascii') as file:
            file.write(cursor)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, self.cursor_file)
        self.cursor = cursor


def is_new(member, progress):
    """Not one who was in before there was this audience, and no cart twice."""
    return not (member.existing or member.idempotency_key in progress.mailed)


def mail(service, progress, profiles):
    """Mails those of `profiles` who are still in, and whose cart is not mailed
    yet; with the cart as it stands now."""
    for start in range(0, len(profiles), CHECKED_AT_ONCE):
        request = api.BatchGetMembershipsRequest(
            audiences=[AUDIENCE], include_members=True)
        for profile in profiles[start:start + CHECKED_AT_ONCE]:
            request.profiles.add(profile=profile)
        answer = service.BatchGetMemberships(request, timeout=60,
                                             metadata=METADATA)
        for membership in answer.memberships:
            member = membership.member
            if (membership.state != api.Membership.STATE_MEMBER
                    or not is_new(member, progress)):
                continue
            # Else it is the cart of a profile that has become one with this.
            if not any(each.idempotency_key in progress.mailed
                       for each in member.continues):
                print_cart(member)
            progress.add_mailed(member.idempotency_key)


def print_cart(member):
    """Here an email platform would send, with the key as its own safeguard."""
    print('mail', who(member), 'key', member.idempotency_key)
    for item in member.context.cart:
        print(f'  {item.quantity} x {item.item_name or item.item_id}  '
              f'{item.price} {item.currency}')
    for amount in member.context.value:
        print(f'  = {amount.amount} {amount.currency}')


def who(member):
    """The identifiers that this client may see."""
    return ' '.join(f'{each.kind}:{each.value}'
                    for each in member.identifiers) or member.profile


def list_members(service, progress):
    """All pages show one state; its cursor is where the changes begin."""
    request = api.ListMembersRequest(audience=AUDIENCE)
    while True:
        page = service.ListMembers(request, timeout=60, metadata=METADATA)
        mail(service, progress, [
            member.profile for member in page.members
            if is_new(member, progress)])
        request.page_token = page.next_page_token
        if not request.page_token:
            progress.set_cursor(page.cursor)
            return


def watch(service, progress):
    """Follows the changes. Ends only with an error."""
    request = api.WatchMembershipsRequest(audiences=[AUDIENCE],
                                          cursor=progress.cursor)
    for answer in service.WatchMemberships(request, metadata=METADATA):
        entered = []
        for change in answer.changes:
            if change.kind == audience_pb2.CHANGE_KIND_LEFT:
                print('left', who(change))
            elif change.kind == audience_pb2.CHANGE_KIND_ENTERED:
                entered.append(change.profile)
        mail(service, progress, entered)
        progress.set_cursor(answer.cursor)
        yield


def reason(error):
    """Why the daemon refused, as in error_reason.proto; empty where it was not
    the daemon."""
    details = dict(error.trailing_metadata() or ()).get(
        'grpc-status-details-bin', b'')
    for detail in status_pb2.Status.FromString(details).details:
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return info.reason
    return ''


def connect():
    """The service at AUDIENCED_SERVER."""
    server = os.environ.get('AUDIENCED_SERVER', '127.0.0.1:8450')
    options = [('grpc.keepalive_time_ms', 30_000),  # notices a dead connection
               ('grpc.max_reconnect_backoff_ms', 5_000),
               ('grpc.enable_retries', 0)]  # they can hang: see the README
    if 'AUDIENCED_TLS_CA' in os.environ:
        with open(os.environ['AUDIENCED_TLS_CA'], 'rb') as file:
            credentials = grpc.ssl_channel_credentials(file.read())
        channel = grpc.secure_channel(server, credentials, options)
    elif METADATA and not server.startswith(('127.', 'localhost:', 'unix:')):
        sys.exit('a token leaves this machine only encrypted: set '
                 'AUDIENCED_TLS_CA')
    else:
        channel = grpc.insecure_channel(server, options)
    return AudienceServiceStub(channel)


def main():
    """Follows until it is ended."""
    sys.stdout.reconfigure(line_buffering=True)
    progress = Progress(sys.argv[1] if len(sys.argv) > 1 else '.')
    service = connect()
    attempts = 0
    while True:
        try:
            if not progress.cursor:
                list_members(service, progress)
            for _ in watch(service, progress):
                attempts = 0
        except grpc.RpcError as error:
            why = reason(error) or error.details()
            print(f'{error.code().name}: {why}', file=sys.stderr)
            if (error.code() == grpc.StatusCode.OUT_OF_RANGE
                    or why == 'CURSOR_FOREIGN'):
                progress.set_cursor('')  # list again; what is mailed is known
            elif error.code() in (grpc.StatusCode.INVALID_ARGUMENT,
                                  grpc.StatusCode.NOT_FOUND,
                                  grpc.StatusCode.FAILED_PRECONDITION,
                                  grpc.StatusCode.PERMISSION_DENIED,
                                  grpc.StatusCode.UNAUTHENTICATED,
                                  grpc.StatusCode.UNIMPLEMENTED):
                sys.exit(1)  # the same call would fail again
            time.sleep(min(10, 0.2 * 2 ** attempts) * random.uniform(0.5, 1))
            attempts += 1


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        pass
