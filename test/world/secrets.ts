import { createRandom, type Random } from './random.ts';

/** A secret as it stands in a text; `line` holds `secret`, of which nothing may be left anywhere. */
export interface PlantedSecret {
  kind: string;
  line: string;
  secret: string;
}

const DIGITS = '0123456789';
const HEX = `${DIGITS}abcdef`;
const UPPER = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${DIGITS}`;
const ALNUM = `${UPPER}abcdefghijklmnopqrstuvwxyz`;
const BASE64 = `${ALNUM}+/`;
const BASE64URL = `${ALNUM}-_`;

type Draw = (set: string, length: number) => string;
type Make = (draw: Draw) => { line: string; secret: string };

const alone =
  (prefix: string, set: string, length: number, suffix = ''): Make =>
  (draw) => {
    const secret = prefix + draw(set, length) + suffix;
    return { secret, line: `found ${secret} in the output` };
  };

/** A password as a generator makes it: letters and digits, one of each at least. */
const password = (draw: Draw): string => `q${draw(ALNUM, 10)}7Z`;

const within =
  (make: (draw: Draw) => string, line: (secret: string) => string): Make =>
  (draw) => {
    const secret = make(draw);
    return { secret, line: line(secret) };
  };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const keyBlock = (kind: string, body: string, newline: string): string =>
  [
    `-----BEGIN ${kind}${'PRIVATE'} KEY-----`,
    body.slice(0, 64),
    body.slice(64),
    `-----END ${kind}${'PRIVATE'} KEY-----`,
  ].join(newline);

const jwt = (draw: Draw): string =>
  `ey${'J'}${draw(BASE64URL, 30)}.ey${'J'}${draw(BASE64URL, 60)}.${draw(BASE64URL, 43)}`;

/** Put together here, so that no scanner takes this file for a leak. */
const kinds: readonly (readonly [kind: string, make: Make])[] = [
  ['aws', alone('AK' + 'IA', UPPER, 16)],
  ['aws', alone('AS' + 'IA', UPPER, 16)],
  [
    'aws',
    within(
      (draw) => draw(BASE64, 40),
      (secret) => `aws_secret_access_key = ${secret}`,
    ),
  ],
  [
    'aws',
    within(
      (draw) => draw(BASE64, 40),
      (secret) => `export AWS_SECRET_ACCESS_KEY="${secret}"`,
    ),
  ],
  ['github', alone('gh' + 'p_', ALNUM, 36)],
  ['github', alone('gh' + 'o_', ALNUM, 36)],
  ['github', alone('gh' + 's_', ALNUM, 36)],
  ['github', alone('github' + '_pat_', ALNUM, 82)],
  ['gitlab', alone('gl' + 'pat-', BASE64URL, 20)],
  ['slack', alone('xo' + 'xb-', DIGITS, 26)],
  [
    'slack',
    within(
      (draw) => draw(ALNUM, 24),
      (secret) => `https://hooks.${'slack'}.com/services/T0001/B0001/${secret}`,
    ),
  ],
  ['anthropic', alone('sk-' + 'ant-api03-', BASE64URL, 93, 'AA')],
  ['openai', alone('sk-' + 'proj-', BASE64URL, 74)],
  ['google', alone('AI' + 'za', BASE64URL, 35)],
  ['google', alone('GOC' + 'SPX-', BASE64URL, 28)],
  ['google', alone('ya' + '29.', BASE64URL, 60)],
  ['stripe', alone('sk_' + 'live_', ALNUM, 24)],
  ['stripe', alone('wh' + 'sec_', ALNUM, 32)],
  ['npm', alone('np' + 'm_', ALNUM, 36)],
  [
    'npm',
    within(
      (draw) => draw(HEX, 36),
      (secret) => `//registry.test/:_authToken=${secret}`,
    ),
  ],
  ['pypi', alone('py' + 'pi-AgE', BASE64URL, 70)],
  ['twilio', alone('S' + 'K', HEX, 32)],
  [
    'sendgrid',
    (draw) => {
      const secret = `S${'G'}.${draw(BASE64URL, 22)}.${draw(BASE64URL, 43)}`;
      return { secret, line: `key ${secret}` };
    },
  ],
  [
    'telegram',
    (draw) => {
      const secret = `${draw('123456789', 9)}:A${'A'}${draw(BASE64URL, 33)}`;
      return { secret, line: `bot ${secret}` };
    },
  ],
  ['digitalocean', alone('dop' + '_v1_', HEX, 64)],
  ['atlassian', alone('ATA' + 'TT3', BASE64URL, 60)],
  ['newrelic', alone('NR' + 'AK-', UPPER, 27)],
  ['supabase', alone('sb' + 'p_', HEX, 40)],
  ['heroku', alone('HR' + 'KU-', ALNUM, 40)],
  ['doppler', alone('dp' + '.pt.', ALNUM, 43)],
  ['planetscale', alone('pscale' + '_tkn_', ALNUM, 43)],
  ['pulumi', alone('pu' + 'l-', HEX, 40)],
  [
    'terraform',
    (draw) => {
      const secret = `${draw(ALNUM, 14)}.atl${'asv1'}.${draw(ALNUM, 64)}`;
      return { secret, line: `credentials ${secret}` };
    },
  ],
  ['sentry', alone('sntr' + 'ys_', ALNUM, 60)],
  ['netlify', alone('nf' + 'p_', ALNUM, 36)],
  ['rubygems', alone('ruby' + 'gems_', HEX, 48)],
  ['replicate', alone('r' + '8_', ALNUM, 37)],
  ['xai', alone('xa' + 'i-', ALNUM, 80)],
  [
    'langsmith',
    (draw) => {
      const secret = `lsv${'2_pt'}_${draw(HEX, 32)}_${draw(HEX, 10)}`;
      return { secret, line: secret };
    },
  ],
  [
    'brevo',
    (draw) => {
      const secret = `xkey${'sib'}-${draw(HEX, 64)}-${draw(ALNUM, 16)}`;
      return { secret, line: secret };
    },
  ],
  ['huggingface', alone('h' + 'f_', ALNUM, 34)],
  ['vault', alone('hv' + 's.', BASE64URL, 95)],
  ['databricks', alone('da' + 'pi', HEX, 32)],
  ['docker', alone('dckr' + '_pat_', BASE64URL, 27)],
  ['linear', alone('lin' + '_api_', ALNUM, 40)],
  ['groq', alone('gs' + 'k_', ALNUM, 52)],
  ['shopify', alone('shp' + 'at_', HEX, 32)],
  ['jwt', within(jwt, (secret) => `token: ${secret}`)],
  ['jwt', within(jwt, (secret) => `Authorization: Bearer ${secret}`)],
  [
    'pem',
    within(
      (draw) => draw(BASE64, 128),
      (body) => keyBlock('RSA ', body, '\n'),
    ),
  ],
  [
    'pem',
    within(
      (draw) => draw(BASE64, 128),
      (body) => keyBlock('OPENSSH ', body, '\\n'),
    ),
  ],
  ['url', within(password, (secret) => `postgres://app:${secret}@db.test:5432/app`)],
  ['url', within(password, (secret) => `git clone https://me:${secret}@git.test/x.git`)],
  ['url', within(password, (secret) => `redis://:${secret}@cache.test/0`)],
  [
    'header',
    within(
      (draw) => draw(ALNUM, 40),
      (secret) => `curl -H "Authorization: Bearer ${secret}" https://api.test`,
    ),
  ],
  [
    'header',
    within(
      (draw) => base64(`me:${password(draw)}`),
      (secret) => `Authorization: Basic ${secret}`,
    ),
  ],
  [
    'header',
    within(
      (draw) => draw(ALNUM, 32),
      (secret) => `X-Api-Key: ${secret}1a`,
    ),
  ],
  [
    'cookie',
    within(
      (draw) => draw(ALNUM, 32),
      (secret) => `Set-Cookie: sid=${secret}; HttpOnly`,
    ),
  ],
  ['assignment', within(password, (secret) => `DB_PASSWORD=${secret}`)],
  ['assignment', within(password, (secret) => `const apiKey = '${secret}abc';`)],
  ['assignment', within(password, (secret) => `{"client_secret": "${secret}"}`)],
  ['assignment', within(password, (secret) => `  password: ${secret}`)],
  ['assignment', within(password, (secret) => String.raw`{\"password\":\"${secret}\"}`)],
  [
    'assignment',
    within(
      (draw) => draw(ALNUM, 32),
      (secret) => `deploy --token ${secret}`,
    ),
  ],
  ['command', within(password, (secret) => `mysql -u root -p${secret} app`)],
  ['command', within(password, (secret) => `curl -u admin:${secret} https://api.test`)],
  ['command', within(password, (secret) => `sshpass -p ${secret} ssh host`)],
  ['command', within(password, (secret) => `CREATE USER app WITH PASSWORD '${secret}';`)],
  ['netrc', within(password, (secret) => `machine api.test login me password ${secret}`)],
  [
    'azure',
    within(
      (draw) => `${draw(ALNUM, 86)}==`,
      (secret) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${secret};`,
    ),
  ],
  [
    'sas',
    within(
      (draw) => draw(ALNUM, 43),
      (secret) => `https://a.blob.test/c?sv=2024&sig=${secret}%3D`,
    ),
  ],
  [
    'prose',
    within(
      (draw) => `q8Z${draw(ALNUM, 30)}x7K2m`,
      (secret) => `the API key for staging is ${secret}`,
    ),
  ],
  [
    'base64',
    within(
      (draw) => base64(`DB_PASSWORD=${password(draw)}\n`),
      (secret) => `echo ${secret} | base64 -d`,
    ),
  ],
  [
    'base64',
    within(
      (draw) => base64(`x gh${'p_'}${draw(ALNUM, 36)} y`),
      (secret) => `data: ${secret}`,
    ),
  ],
  ['encoded url', within(password, (secret) => `?next=postgres%3A%2F%2Fapp%3A${secret}%40db.test%2Fapp`)],
  ['private', within(password, (secret) => `<private>the door opens with ${secret}</private>`)],
];

/** At least 60 secrets of at least 20 kinds, others for every seed: what is found says by which door it came. */
export function plantSecrets(seed: number): PlantedSecret[] {
  const random = createRandom(seed);
  return kinds.map(([kind, make]) => ({ kind, ...make(drawFrom(random)) }));
}

const drawFrom =
  (random: Random): Draw =>
  (set, length) =>
    Array.from({ length }, () => random.pick([...set])).join('');
