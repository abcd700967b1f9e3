#!/usr/bin/env node
// Mails each abandoned cart once: here it prints whom, and the cart's lines.
//
// Lists who is in the audience `cart-abandoners`, then watches how that changes,
// and after any break goes on where it was. Immediately before it mails it asks
// whether the person is still in.
//
// usage: abandoned_carts.js [FOLDER]       where it keeps what it did; default .
//
// Environment: AUDIENCED_SERVER (default 127.0.0.1:8450), AUDIENCED_TOKEN, and
// AUDIENCED_TLS_CA, a file of certificates; without it nothing is encrypted.
'use strict';

const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const AUDIENCE = 'cart-abandoners';
const CHECKED_AT_ONCE = 1000; // with the members the daemon answers no more
const TOKEN = process.env.AUDIENCED_TOKEN;

const definition = protoLoader.loadSync(
  [
    'audienced/v1/audience_service.proto',
    'google/rpc/error_details.proto',
    'google/rpc/status.proto',
  ],
  {
    includeDirs: [path.join(__dirname, '../../../proto')],
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
  },
);
const api = grpc.loadPackageDefinition(definition).audienced.v1;

// What this client did, in two files that survive its end: the carts that are
// mailed, and the cursor of what is acted on.
class Progress {
  constructor(folder) {
    fs.mkdirSync(folder, { recursive: true });
    this.cursorFile = path.join(folder, 'cursor');
    this.cursor = fs.existsSync(this.cursorFile)
      ? fs.readFileSync(this.cursorFile, 'utf8')
      : '';
    this.mailedFile = fs.openSync(path.join(folder, 'mailed'), 'a+');
    this.mailed = new Set(
      fs.readFileSync(path.join(folder, 'mailed'), 'utf8').split('\n'),
    );
  }

  // Notes carts that are mailed. Durable when it returns.
  addMailed(key) {
    this.mailed.add(key);
    fs.writeSync(this.mailedFile, key + '\n');
    fs.fsyncSync(this.mailedFile);
  }

  // All before `cursor` is acted on. Empty: begin with the list.
  setCursor(cursor) {
    const part = this.cursorFile + '.part';
    const file = fs.openSync(part, 'w');
    fs.writeSync(file, cursor);
    fs.fsyncSync(file);
    fs.closeSync(file);
    fs.renameSync(part, this.cursorFile);
    this.cursor = cursor;
  }
}

// The identifiers that this client may see.
const who = (member) =>
  member.identifiers.map((each) => `${each.kind}:${each.value}`).join(' ') ||
  member.profile;

// Here an email platform would send, with the key as its own safeguard.
function printCart(member) {
  console.log('mail', who(member), 'key', member.idempotency_key);
  const { cart = [], value = [] } = member.context || {};
  for (const item of cart) {
    const name = item.item_name || item.item_id;
    console.log(`  ${item.quantity} x ${name}  ${item.price} ${item.currency}`);
  }
  for (const amount of value) {
    console.log(`  = ${amount.amount} ${amount.currency}`);
  }
}

class Client {
  constructor(progress, service) {
    this.progress = progress;
    this.service = service;
    this.metadata = new grpc.Metadata();
    if (TOKEN) this.metadata.set('authorization', 'Bearer ' + TOKEN);
    this.attempts = 0;
  }

  call(method, request) {
    return new Promise((resolve, reject) =>
      this.service[method](
        request,
        this.metadata,
        { deadline: Date.now() + 60_000 },
        (error, answer) => (error ? reject(error) : resolve(answer)),
      ),
    );
  }

  // Not one who was in before there was this audience, and no cart twice.
  isNew(member) {
    const { mailed } = this.progress;
    return !(member.existing || mailed.has(member.idempotency_key));
  }

  // Mails those of `profiles` who are still in, and whose cart is not mailed
  // yet; with the cart as it stands now.
  async mail(profiles) {
    for (let start = 0; start < profiles.length; start += CHECKED_AT_ONCE) {
      const some = profiles.slice(start, start + CHECKED_AT_ONCE);
      const answer = await this.call('BatchGetMemberships', {
        audiences: [AUDIENCE],
        profiles: some.map((profile) => ({ profile })),
        include_members: true,
      });
      for (const { state, member } of answer.memberships) {
        if (state !== 'STATE_MEMBER' || !this.isNew(member)) continue;
        // Else it is the cart of a profile that has become one with this.
        if (!member.continues.some(
            (each) => this.progress.mailed.has(each.idempotency_key))) {
          printCart(member);
        }
        this.progress.addMailed(member.idempotency_key);
      }
    }
  }

  // All pages show one state; its cursor is where the changes begin.
  async list() {
    let token = '';
    do {
      const page = await this.call('ListMembers', {
        audience: AUDIENCE,
        page_token: token,
      });
      const fresh = page.members.filter((member) => this.isNew(member));
      await this.mail(fresh.map((member) => member.profile));
      token = page.next_page_token;
      if (!token) this.progress.setCursor(page.cursor);
    } while (token);
  }

  // Follows the changes. Ends only with an error.
  async watch() {
    const stream = this.service.WatchMemberships(
      { audiences: [AUDIENCE], cursor: this.progress.cursor },
      this.metadata,
    );
    // Reading waits while this acts: what is too fast waits in the daemon.
    for await (const answer of stream) {
      this.attempts = 0;
      const entered = [];
      for (const change of answer.changes) {
        if (change.kind === 'CHANGE_KIND_LEFT') {
          console.log('left', who(change));
        } else if (change.kind === 'CHANGE_KIND_ENTERED') {
          entered.push(change.profile);
        }
      }
      await this.mail(entered);
      this.progress.setCursor(answer.cursor);
    }
    throw Object.assign(new Error('the stream was closed'), {
      code: grpc.status.UNAVAILABLE,
    });
  }

  async followOnce() {
    if (!this.progress.cursor) await this.list();
    await this.watch();
  }
}

// Why the daemon refused, as in error_reason.proto; empty where it was not the
// daemon.
function reasonOf(error) {
  const [details] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!details) return '';
  const type = 'google.rpc.ErrorInfo';
  const status = definition['google.rpc.Status'].deserialize(details);
  const info = status.details.find((detail) => detail.type_url.endsWith(type));
  return info ? definition[type].deserialize(info.value).reason : '';
}

// The same call would fail again.
const FINAL = [
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'FAILED_PRECONDITION',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'UNIMPLEMENTED',
].map((name) => grpc.status[name]);

function connect() {
  const server = process.env.AUDIENCED_SERVER || '127.0.0.1:8450';
  const authorities = process.env.AUDIENCED_TLS_CA;
  if (TOKEN && !authorities && !/^(127\.|localhost:|unix:)/.test(server)) {
    throw new Error(
      'a token leaves this machine only encrypted: set AUDIENCED_TLS_CA',
    );
  }
  const credentials = authorities
    ? grpc.credentials.createSsl(fs.readFileSync(authorities))
    : grpc.credentials.createInsecure();
  const options = {
    'grpc.keepalive_time_ms': 30_000, // notices a dead connection
    'grpc.max_reconnect_backoff_ms': 5_000,
  };
  return new api.AudienceService(server, credentials, options);
}

async function main() {
  const progress = new Progress(process.argv[2] || '.');
  const client = new Client(progress, connect());
  for (;;) {
    try {
      await client.followOnce();
    } catch (error) {
      if (error.code === undefined) throw error; // not of a call
      const why = reasonOf(error) || error.details || error.message;
      console.error(`${grpc.status[error.code]}: ${why}`);
      if (
        error.code === grpc.status.OUT_OF_RANGE ||
        why === 'CURSOR_FOREIGN'
      ) {
        progress.setCursor(''); // list again; what is mailed is known
      } else if (FINAL.includes(error.code)) {
        process.exit(1);
      }
      const longest = Math.min(10_000, 200 * 2 ** client.attempts++);
      const delay = longest * (0.5 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
