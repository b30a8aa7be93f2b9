// An OpenID provider on loopback: `node provider.mjs PORT`. It says "ready", and its keys are new each time it starts.
//
// Its clients get access tokens for themselves (client_credentials), as JWTs (RFC 9068) with the role and the party that
// stand below. POST /id-token gives an ID token of the same provider.

import { createHash, generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const audience = 'rights-ledger';

const clients = {
  ops: { ledger_role: 'sales_ops' },
  north: { ledger_role: 'partner', ledger_party: 'north' },
  stranger: {},
};

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  return { ...jwk, use: 'sig', alg: 'RS256', kid: createHash('sha256').update(jwk.n).digest('hex').slice(0, 16) };
}

const provider = new Provider(issuer, {
  jwks: { keys: [signingKey()] },
  clients: Object.keys(clients).map((id) => ({
    client_id: id,
    client_secret: 'only-for-tests',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  scopes: ['ledger:read', 'ledger:write'],
  extraTokenClaims: (_ctx, token) => clients[token.clientId],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => `urn:${audience}`,
      getResourceServerInfo: () => ({
        audience,
        scope: 'ledger:read ledger:write',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});

provider.use(async (ctx, next) => {
  if (ctx.path !== '/id-token') {
    await next();
    return;
  }
  const client = await provider.Client.find('ops');
  const token = new provider.IdToken({ sub: 'ops', ...clients.ops }, { ctx: { oidc: { client } } });
  ctx.body = await token.issue({ use: 'idtoken' });
});

provider.listen(port, '127.0.0.1', () => console.log('ready'));
