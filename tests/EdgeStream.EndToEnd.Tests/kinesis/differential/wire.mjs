// Requests over HTTP/1.1 as JSON 1.1 or CBOR 1.1, and what an answer says without what two servers cannot have in common.
import http from 'node:http';

const JSON_TYPE = 'application/x-amz-json-1.1';
const CBOR_TYPE = 'application/x-amz-cbor-1.1';
const ANSWER_DEADLINE_MS = 20_000;
const NO_ANSWER = 'the connection ends without an answer';
const VOLATILE = /Timestamp$|StartedAt$|EndedAt$|AllowedEndAt$|SequenceNumber$|^MillisBehindLatest$|Iterator$|Token$|ConsumerARN$/;
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

export const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0';

/** Sends one request; `cbor` is the npm package. Fails where no answer comes in time. */
export function send(port, cbor, { action, body, target, headers = {}, method = 'POST', path = '/', raw, inCbor, events }) {
  const type = inCbor ? CBOR_TYPE : JSON_TYPE;
  const bytes = raw !== undefined ? Buffer.from(raw) : inCbor ? encode(cbor, body) : Buffer.from(JSON.stringify(body));
  const all = {
    'Content-Type': type, 'X-Amz-Target': target ?? `Kinesis_20131202.${action}`, 'X-Amz-Date': '20260101T000000Z',
    Authorization: AUTHORIZATION, 'Content-Length': bytes.length, ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, headers: sent, agent }, (response) => {
      const chunks = [];
      const end = () => resolve(parse(cbor, response, Buffer.concat(chunks)));
      response.on('data', (chunk) => {
        chunks.push(chunk);
        if (events && /eventstream/.test(response.headers['content-type'])) {
          resolve({ status: response.statusCode, value: {}, type: 'events' });
          request.destroy();
        }
      });
      response.on('end', end).on('error', reject);
    });
    request.setTimeout(ANSWER_DEADLINE_MS, () => request.destroy(new Error(`No answer to ${action ?? path}`)));
    request.on('error', (error) => (error.code === 'ECONNRESET' ? resolve({ status: 0, type: '', value: NO_ANSWER }) : reject(error)));
    request.end(bytes);
  });
}

/** JSON's bytes and times are CBOR's own. */
function encode(cbor, body) {
  const convert = (value, key) => {
    if (key === 'Data' && typeof value === 'string') {
      return Buffer.from(value, 'base64');
    } else if (Array.isArray(value)) {
      return value.map((one) => convert(one, ''));
    }

    return value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, convert(one, name)]))
      : value;
  };
  return cbor.Encoder.encodeOne(convert(body, ''));
}

function parse(cbor, response, bytes) {
  const type = (response.headers['content-type'] ?? '').split(';')[0];
  const status = response.statusCode;
  try {
    if (bytes.length === 0) {
      return { status, type, value: null };
    }

    const value = type === CBOR_TYPE
      ? cbor.Decoder.decodeFirstSync(bytes, { tags: { 1: (time) => time } })
      : /json/.test(type) ? JSON.parse(bytes.toString()) : bytes.toString();
    return { status, type, value };
  } catch {
    return { status, type, value: `unreadable: ${bytes.toString().slice(0, 200)}` };
  }
}

/** One line: the status, and of an error its type and text. `saved` are names of values of this server's answers. */
export function outcome({ status, type, value }, saved) {
  if (status === 200) {
    return '200';
  }

  if (value === null || typeof value !== 'object') {
    return `${status} ${type} ${value ?? ''}`.trim();
  }

  const said = value.Output ?? value;
  const name = String(said.__type ?? '').replace(/^.*#/, '').split(':')[0];
  return neutral(`${status} ${name} ${said.message ?? said.Message ?? ''}`.trim(), saved);
}

function neutral(text, saved) {
  for (const [value, name] of saved) {
    text = text.replaceAll(value, `<${name}>`);
  }

  return text
    .replace(/\d{25,}/g, (digits) => (digits.length > 45 ? '<number>' : digits))
    .replace(/(Current shard count for the account: )\d+/, '$1<count>')
    .replace(/(currentTimestampInMillis: )\d+/, '$1<time>')
    .replace(/\b1[78]\d{8}(\.\d+)?\b/g, '<time>')
    .replace(/[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}/g, '<time>');
}

/** The leaves of an answer by their place, each with its kind or, where two servers can have it in common, its value. */
export function leaves(answer, saved) {
  const found = new Map();
  const visit = (value, place, key) => {
    if (Array.isArray(value)) {
      found.set(place, `[${value.length}]`);
      value.forEach((one, index) => visit(one, `${place}[${index}]`, key));
    } else if (Buffer.isBuffer(value)) {
      found.set(place, JSON.stringify(value.toString('base64')));
    } else if (value !== null && typeof value === 'object') {
      found.set(place || 'body', '{}');
      Object.entries(value).forEach(([name, one]) => visit(one, place ? `${place}.${name}` : name, name));
    } else {
      const text = typeof value === 'string' ? JSON.stringify(neutral(value, saved)) : String(value);
      found.set(place || 'body', value !== null && VOLATILE.test(key) ? typeof value : text);
    }
  };
  visit(answer.value, '', '');
  return found;
}
