// An identity provider that makes whatever tokens it is told to, also such as none should make.
// usage: node provider.mjs FOLDER, where FOLDER holds node_modules
// It first prints its address, then answers each line of JSON with one.
import { createHmac, createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const library = join(process.argv[2], 'node_modules/oauth2-mock-server/dist/index.mjs');
const { OAuth2Issuer, OAuth2Service } = await import(pathToFileURL(library));

const issuer = new OAuth2Issuer();
const service = new OAuth2Service(issuer);
let asked = 0;
const server = createServer((request, response) => {
  if (request.url === '/jwks') asked += 1;
  service.requestHandler(request, response);
});
server.listen(0, '127.0.0.1', () => {
  issuer.url = `http://127.0.0.1:${server.address().port}`;
  say(issuer.url);
});

// People log in there: whoever comes is this one, or is turned away once.
let person = {}, refusal, exchange;
service.on('beforeTokenSigning', ({ header, payload }) => {
  put(person.header, header);
  told(person.claims, payload);
});
service.on('beforeAuthorizeRedirect', ({ url }) => {
  if (refusal === undefined) return;
  url.searchParams.delete('code');
  for (const [name, value] of Object.entries(refusal)) url.searchParams.set(name, value);
  refusal = undefined;
});
service.on('beforeResponse', (answer, { body, headers }) => {
  exchange = { fields: body, authorization: headers.authorization ?? null };
  if (person.idle) answer.statusCode = 503;
});

const say = (value) => console.log(JSON.stringify(value));
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
// null takes a member away.
const put = (members, target) => {
  for (const [name, value] of Object.entries(members ?? {})) {
    if (value === null) delete target[name];
    else target[name] = value;
  }
};

// A moment is told in seconds from now.
const told = (claims, body) => {
  put(claims, body);
  for (const name of ['exp', 'nbf', 'iat']) {
    if (claims && claims[name] != null) body[name] = Math.floor(Date.now() / 1000) + claims[name];
  }
};

// A token as it would be, in parts: its header, its claims, its signature.
async function token({ key, header, claims }) {
  const transform = (head, body) => {
    put(header, head);
    told(claims, body);
  };
  return await issuer.buildToken({ kid: key, scopesOrTransform: transform });
}

const does = {
  key: async ({ algorithm }) => (await issuer.keys.generate(algorithm)).kid,
  token,
  // No signature at all.
  unsigned: async (what) => {
    const [, claims] = (await token(what)).split('.');
    return `${encoded({ alg: 'none', typ: 'JWT', kid: what.key })}.${claims}.`;
  },
  // A MAC, for which the public key, which everybody has, is the secret.
  shared: async (what) => {
    const [, claims] = (await token(what)).split('.');
    const jwk = issuer.keys.toJSON().find((known) => known.kid === what.key);
    const secret = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const signed = `${encoded({ alg: 'HS256', typ: 'JWT', kid: what.key })}.${claims}`;
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  },
  asked: async () => String(asked),
  // Who logs in from now on, as the token endpoint says it.
  person: async (who) => { person = who; return ''; },
  // Whoever goes there next comes back with these fields instead of a code.
  refuse: async ({ fields }) => { refusal = fields; return ''; },
  // The last form in which a code was exchanged, and its Authorization.
  exchange: async () => JSON.stringify(exchange),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { what, ...how } = JSON.parse(line);
  say(await does[what](how));
}
process.exit();
