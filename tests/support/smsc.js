// A carrier of Node's package smpp: told what to deliver line by line, tells what it was given.
const smpp = require('smpp');
const lines = require('readline').createInterface({ input: process.stdin });
const say = (said) => process.stdout.write(JSON.stringify(said) + '\n');
const sessions = [];
let count = 0;

const server = smpp.createServer((session) => {
  session.on('error', () => {});
  session.on('close', () => {
    const at = sessions.indexOf(session);
    if (at >= 0) sessions.splice(at, 1);
  });
  const bind = (pdu) => {
    const good = pdu.password === 'secret';
    session.send(pdu.response({ command_status: good ? 0 : smpp.ESME_RINVPASWD, system_id: 'node' }));
    if (good && pdu.command !== 'bind_transmitter') sessions.push(session);
  };
  session.on('bind_transceiver', bind);
  session.on('bind_receiver', bind);
  session.on('bind_transmitter', bind);
  session.on('unbind', (pdu) => session.send(pdu.response()));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('query_sm', (pdu) =>
    session.send(pdu.response({ message_id: pdu.message_id, final_date: '', message_state: 2, error_code: 0 })));
  session.on('submit_sm', (pdu) => {
    count += 1;
    const id = 'N' + String(count).padStart(6, '0');
    const raw = pdu.message_payload || pdu.short_message;
    say({
      what: 'taken',
      message_id: id,
      source: pdu.source_addr,
      target: pdu.destination_addr,
      octets: octetsOf(raw, pdu),
      esm: pdu.esm_class,
      coding: pdu.data_coding,
      reference: pdu.user_message_reference === undefined ? null : pdu.user_message_reference,
    });
    session.send(pdu.response({ message_id: id }));
  });
});

// The package decodes what it was given; what is compared are the words, coded once more.
function octetsOf(raw, pdu) {
  const words = Buffer.isBuffer(raw) ? raw : raw.message;
  const header = raw.udh ? Buffer.concat(raw.udh.map((each) => each)) : Buffer.alloc(0);
  const body = Buffer.isBuffer(words) ? words : encoded(words, pdu.data_coding);
  const length = header.length ? Buffer.from([header.length]) : Buffer.alloc(0);
  return Buffer.concat([length, header, body]).toString('hex');
}

function encoded(words, coding) {
  if (coding === 8) return Buffer.from(words, 'utf16le').swap16();
  return smpp.encodings.ASCII.encode(words);
}

lines.on('line', (line) => {
  const asked = JSON.parse(line);
  const session = sessions[sessions.length - 1];
  session.deliver_sm({
    source_addr: asked.source,
    source_addr_ton: 1,
    source_addr_npi: 1,
    destination_addr: asked.target,
    esm_class: asked.esm,
    data_coding: asked.coding,
    short_message: Buffer.from(asked.octets, 'hex'),
  }, (answer) => say({ what: 'answered', status: answer.command_status }));
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => say({ what: 'ready' }));
