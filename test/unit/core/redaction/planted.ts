import fc from 'fast-check';

/** A secret as it stands in a text: `line` holds `secret`, of which nothing may be left. Joined here so that no scanner sees one. */
export interface Planted {
  name: string;
  line: string;
  secret: string;
}

const ALNUM = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const UPPER = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
const HEX = [...'0123456789abcdef'];
const BASE64URL = [...ALNUM, '-', '_'];

const chars = (set: string[], length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...set), { minLength: length, maxLength: length }).map((list) => list.join(''));

/** Letters and digits, at least one of each, as generated passwords have. */
const password = fc.tuple(chars(ALNUM, 9), fc.nat(9)).map(([text, digit]) => `q${text}${digit}`);

const prefixed = (
  name: string,
  prefix: string,
  set: string[],
  length: number,
  suffix = '',
): fc.Arbitrary<Planted> =>
  chars(set, length).map((random) => {
    const secret = prefix + random + suffix;
    return { name, line: secret, secret };
  });

const inside = (
  name: string,
  value: fc.Arbitrary<string>,
  line: (value: string) => string,
): fc.Arbitrary<Planted> => value.map((secret) => ({ name, line: line(secret), secret }));

const jwt = fc
  .tuple(chars(BASE64URL, 24), chars(BASE64URL, 40), chars(BASE64URL, 43))
  .map(([header, payload, signature]) => `${'ey'}J${header}.${'ey'}J${payload}.${signature}`);

const keyBody = chars([...ALNUM, '+', '/'], 64);
const pem = (body: string, newline: string): string =>
  [
    `-----BEGIN RSA ${'PRIVATE'} KEY-----`,
    body,
    body,
    `${body.slice(0, 20)}==`,
    `-----END RSA ${'PRIVATE'} KEY-----`,
  ].join(newline);

/** Found whatever stands directly before and after: they carry their own mark. */
export const marked: fc.Arbitrary<Planted>[] = [
  prefixed('aws access key', 'AK' + 'IA', UPPER, 16),
  prefixed('github classic', 'gh' + 'p_', ALNUM, 36),
  prefixed('github fine-grained', 'github' + '_pat_', ALNUM, 82),
  prefixed('gitlab', 'gl' + 'pat-', BASE64URL, 20),
  prefixed('slack bot', 'xo' + 'xb-', [...'0123456789'], 24),
  prefixed('anthropic', 'sk-' + 'ant-api03-', BASE64URL, 93, 'AA'),
  prefixed('openai project', 'sk-' + 'proj-', BASE64URL, 74),
  chars(ALNUM, 40).map((random) => {
    const secret = `sk-${random.slice(0, 20)}${'T3Blbk'}FJ${random.slice(20)}`;
    return { name: 'openai classic', line: secret, secret };
  }),
  prefixed('google api', 'AI' + 'za', BASE64URL, 35),
  prefixed('npm', 'np' + 'm_', ALNUM, 36),
  prefixed('stripe', 'sk_' + 'live_', ALNUM, 24),
  prefixed('twilio', 'S' + 'K', HEX, 32),
  fc.tuple(chars(BASE64URL, 22), chars(BASE64URL, 43)).map(([id, key]) => {
    const secret = `S${'G'}.${id}.${key}`;
    return { name: 'sendgrid', line: secret, secret };
  }),
  inside('jwt', jwt, (value) => value),
  inside(
    'slack webhook',
    chars(ALNUM, 24),
    (value) => `https://hooks.${'slack'}.com/services/T0001/B0001/${value}`,
  ),
  inside(
    'discord webhook',
    chars(ALNUM, 60),
    (value) => `https://discord.com/api/${'webhooks'}/123456789012/${value}`,
  ),
  inside('pem', keyBody, (body) => pem(body, '\n')),
  inside('pem escaped', keyBody, (body) => pem(body, '\\n')),
];

/** Found when white space or an end stands before and after, as in any file, command or header. */
export const named: fc.Arbitrary<Planted>[] = [
  inside('env', password, (value) => `DB_PASSWORD=${value}`),
  inside('env export', password, (value) => `export SMTP_PASS="${value}"`),
  inside('env token', password, (value) => `API_TOKEN=${value}`),
  inside('env inside json', password, (value) => `{"content":"A=1\\nDB_PASSWORD=${value}\\nB=2"}`),
  inside('connection string', password, (value) => `Server=db;Uid=app;Pwd=${value};`),
  inside('yaml', password, (value) => `  password: ${value}`),
  inside('json', password, (value) => `{"client_secret": "${value}"}`),
  inside('json in json', password, (value) => `{"text":"{\\"apiKey\\":\\"${value}\\"}"}`),
  inside('code', password, (value) => `const dbPassword: string = '${value}';`),
  inside('go', password, (value) => `secretKey := "${value}"`),
  inside('xml', password, (value) => `<password>${value}</password>`),
  inside('flag', password, (value) => `deploy --password ${value} --now`),
  inside('flag with =', password, (value) => `deploy --api-key=${value}`),
  inside('url', password, (value) => `postgres://app:${value}@db.internal:5432/app`),
  inside(
    'bearer',
    chars(BASE64URL, 40).map((text) => `7${text}x`),
    (value) => `Authorization: Bearer ${value}`,
  ),
  inside(
    'basic',
    password.map((value) => Buffer.from(`user:${value}`).toString('base64')),
    (value) => `Authorization: Basic ${value}`,
  ),
  inside(
    'header',
    chars(HEX, 32).map((text) => `a1${text}`),
    (value) => `curl -H 'X-Api-Key: ${value}' https://api.test`,
  ),
  inside('cookie', chars(ALNUM, 32), (value) => `Cookie: theme=dark; sid=${value}`),
  inside('netrc', password, (value) => `machine api.test login me password ${value}`),
  inside('mysql', password, (value) => `mysql -u root -p${value} app`),
  inside('curl user', password, (value) => `curl -u admin:${value} https://api.test`),
  inside('aws secret', chars([...ALNUM, '/', '+'], 40), (value) => `aws_secret_access_key = ${value}`),
  inside(
    'azure',
    chars([...ALNUM, '+'], 86).map((key) => `${key}==`),
    (value) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${value};`,
  ),
  inside('sas', chars(ALNUM, 43), (value) => `https://a.blob.test/c?sv=2024&sig=${value}%3D`),
  inside(
    'npmrc',
    chars(HEX, 36).map((text) => `b2${text}`),
    (value) => `//registry.test/:_authToken=${value}`,
  ),
  inside('sql', password, (value) => `CREATE USER app WITH PASSWORD '${value}';`),
];
