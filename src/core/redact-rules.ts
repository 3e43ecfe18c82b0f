import { findAssignments } from './redaction/assignments.ts';
import { encodedKeywords, findEncoded } from './redaction/encoded.ts';
import { findRandomTokens } from './redaction/entropy.ts';
import { findGuarded, type Guarded } from './redaction/guarded.ts';
import { isPlaceholder, looksRandom } from './redaction/names.ts';
import { findPrivateKeys } from './redaction/private-keys.ts';
import { findPrivate } from './redaction/private-tags.ts';
import { providerKeywords, providerPatterns } from './redaction/providers.ts';
import { secretlintRules } from './redaction/secretlint.ts';
import { findPattern, privateMask, type RedactionRule, type Span } from './redaction/span.ts';

/** JSON Web Tokens: runs of base64url and dots, searched by hand because a pattern would be quadratic on base64. */
function findJwts(text: string): Span[] {
  const spans: Span[] = [];
  for (const run of text.matchAll(/[A-Za-z0-9_.-]{20,}/g)) {
    const token = run[0];
    let start = token.indexOf('eyJ');
    while (start !== -1) {
      const header = token.indexOf('.', start);
      if (header === -1) break;
      const payload = token.indexOf('.', header + 1);
      const payloadEnd = payload === -1 ? token.length : payload;
      const found = header - start >= 10 && payloadEnd - header > 8;
      if (found) spans.push([run.index + start, run.index + token.length]);
      start = found ? -1 : token.indexOf('eyJ', header);
    }
  }
  return spans;
}

const isWord = (value: string): boolean => /^[a-z]{1,16}$/.test(value);

function isBasicCredential(secret: string): boolean {
  const decoded = Buffer.from(secret, 'base64').toString('latin1');
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(decoded);
}

const isHeaderCredential = (secret: string, lead: string): boolean => {
  if (
    isPlaceholder(secret) ||
    isWord(secret) ||
    /^(?:bearer|basic|token|digest|bot|apikey|negotiate)$/i.test(secret)
  )
    return false;
  const scheme = /(?:bearer|basic|token|digest|bot|apikey|negotiate)\s+$/i.test(lead);
  return scheme ? secret.length >= 6 : looksRandom(secret, 16);
};

const isCookie = (secret: string): boolean =>
  /[\w.-]{1,64}=[^\s;=(){}<>]{6,}/.test(secret) && !/=>|\$\{/.test(secret);

const isPassword = (secret: string): boolean => !isPlaceholder(secret) && !/^[-<]/.test(secret);

/** Ours, in the order in which they run: whole blocks first, the general rule by name last. */
const ownRules: readonly RedactionRule[] = [
  {
    name: 'private',
    summary: 'What stands between `<private>` and `</private>`; `[private]` is left of it',
    keywords: ['<private'],
    find: findPrivate,
    instead: privateMask,
  },
  {
    name: 'private-key',
    summary: 'PEM private keys, whole, escaped into one line, in a diff, or cut',
    keywords: ['private key'],
    find: findPrivateKeys,
  },
  { name: 'jwt', summary: 'JSON Web Tokens', keywords: ['eyj'], find: findJwts },
  {
    name: 'webhook',
    summary: 'Slack, Discord and Teams webhook addresses',
    keywords: ['hooks.slack.com', '/webhooks/', 'webhook.office.com'],
    find: findPattern(
      /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{5,25}\/|webhook\.office\.com\/webhookb2\/)([A-Za-z0-9_@/-]{16,})/gi,
    ),
  },
  {
    name: 'url-password',
    summary: 'Passwords in addresses such as postgres://user:password@host',
    keywords: ['://'],
    find: findPattern(/(:\/\/[^\s:@/"'`<>[\]]{0,128}:)([^\s/"'`<>\\]{1,256})@/g, isPassword),
  },
  {
    name: 'authorization',
    summary: 'Authorization headers and bearer tokens',
    keywords: ['authorization', 'bearer', 'basic '],
    find: (text) => [
      ...findPattern(
        /(authorization["'`\\]{0,6}[ \t]{0,4}[:=,][ \t]{0,4}["'`\\]{0,6}(?:(?:bearer|basic|token|digest|bot|apikey|negotiate)[ \t]{1,4})?)([^\s"'`\\,;<>]{6,4096})/gi,
        isHeaderCredential,
      )(text),
      ...findPattern(/(bearer[ \t]{1,4})([A-Za-z0-9._~+/=-]{8,4096})/gi, (secret) => looksRandom(secret, 8))(
        text,
      ),
      ...findPattern(/(basic[ \t]{1,4})([A-Za-z0-9+/]{8,1024}={0,2})/gi, isBasicCredential)(text),
    ],
  },
  {
    name: 'cookie',
    summary: 'Cookie and Set-Cookie headers',
    keywords: ['cookie'],
    find: findPattern(
      /(cookie["'`\\]{0,6}[ \t]{0,4}:[ \t]{0,4}["'`\\]{0,6})([^\r\n"'`\\]{8,8192})/gi,
      isCookie,
    ),
  },
  {
    name: 'aws-key',
    summary: 'AWS access key ids, the secret key next to one, session tokens and signatures',
    keywords: [
      'akia',
      'asia',
      'agpa',
      'aida',
      'aroa',
      'aipa',
      'anpa',
      'anva',
      'abia',
      'acca',
      'fwogzxivyxdz',
      'iqojb3jpz2lu',
      'x-amz-',
      'access',
    ],
    find: (text) => [
      ...findPattern(/((?:AKIA|ASIA)[A-Z0-9]{16}[\s,:;|"']{1,8})([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/g)(text),
      ...findPattern(/(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}/g)(text),
      ...findPattern(
        /(secret_?access_?key["'`\\]{0,6}[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}["'`\\]{0,6})([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
      )(text),
      ...findPattern(/(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+=%]{50,4096}/g)(text),
      ...findPattern(/(x-amz-(?:signature|security-token|credential)=)([A-Za-z0-9%/+=-]{10,4096})/gi)(text),
    ],
  },
  {
    name: 'github-token',
    summary: 'GitHub tokens, classic and fine-grained',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    find: findPattern(/(?:gh[opusr]_[A-Za-z0-9_]{20,4096}|github_pat_[A-Za-z0-9_]{22,4096})/g),
  },
  {
    name: 'gitlab-token',
    summary: 'GitLab tokens',
    keywords: ['glpat-', 'glptt-', 'gldt-', 'glrt-', 'glcbt-', 'glft-', 'glagent-', 'gloas-', 'glsoat-'],
    find: findPattern(/gl(?:pat|ptt|dt|rt|cbt|ft|agent|oas|soat)-[A-Za-z0-9_-]{20,512}/g),
  },
  {
    name: 'slack-token',
    summary: 'Slack tokens',
    keywords: ['xox', 'xapp-'],
    find: findPattern(/(?:xox[a-z]-[A-Za-z0-9-]{10,512}|xapp-\d-[A-Za-z0-9-]{10,512})/g),
  },
  {
    name: 'anthropic-key',
    summary: 'Anthropic API keys',
    keywords: ['sk-ant-'],
    find: findPattern(/sk-ant-[A-Za-z0-9_-]{16,512}/g),
  },
  {
    name: 'openai-key',
    summary: 'OpenAI API keys and those of services that copied their form',
    keywords: ['sk-'],
    find: findPattern(
      /sk-(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{20,512}|sk-[A-Za-z0-9]{16,64}T3BlbkFJ[A-Za-z0-9]{16,64}|(?<![A-Za-z0-9])sk-[A-Za-z0-9]{32,256}/g,
    ),
  },
  {
    name: 'google-key',
    summary: 'Google Cloud API keys, OAuth secrets and access tokens',
    keywords: ['aiza', 'gocspx-', 'ya29.'],
    find: findPattern(
      /(?:AIza[A-Za-z0-9_-]{30,64}|GOCSPX-[A-Za-z0-9_-]{20,64}|ya29\.[A-Za-z0-9_-]{20,4096})/g,
    ),
  },
  {
    name: 'stripe-key',
    summary: 'Stripe secret and restricted keys, webhook secrets',
    keywords: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'],
    find: findPattern(/(?:[sr]k_(?:live|test)_[A-Za-z0-9]{20,256}|whsec_[A-Za-z0-9+/=]{20,256})/g),
  },
  {
    name: 'sendgrid-key',
    summary: 'SendGrid API keys',
    keywords: ['sg.'],
    find: findPattern(/SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}/g),
  },
  {
    name: 'provider-token',
    summary:
      'Tokens of npm, PyPI, Twilio, Mailgun, Telegram, DigitalOcean, Atlassian, New Relic, Supabase, age, Heroku, Doppler, PlanetScale, Pulumi, Postman, Terraform, Sentry, Netlify, Square, RubyGems, NuGet, Perplexity, Replicate, xAI, LangSmith, Fly, Brevo, Buildkite, CircleCI, SonarQube, Dynatrace, Resend and others',
    keywords: providerKeywords,
    find: (text) => findGuarded(providerPatterns, text),
  },
  {
    name: 'command-password',
    summary: 'Passwords given to mysql, sshpass, curl, redis-cli and SQL statements; .netrc',
    keywords: [
      'mysql',
      'mariadb',
      'sshpass',
      'curl',
      'redis-cli',
      'identified',
      'password',
      'machine',
      'pwd=',
    ],
    find: (text) => findGuarded(commandPatterns, text, isPassword),
  },
  {
    name: 'encoded',
    summary:
      'Tokens, private keys and assignments inside base64; private keys and passwords in addresses, percent-encoded',
    keywords: encodedKeywords,
    find: findEncoded,
  },
  {
    name: 'assignment',
    summary:
      'Literal values that are assigned to names such as DB_PASSWORD, apiKey, client-secret or --token',
    keywords: [
      'pass',
      'pwd',
      'secret',
      'token',
      'key',
      'jwt',
      'auth',
      'credential',
      'cookie',
      'mnemonic',
      'seed_phrase',
      'connection',
    ],
    find: findAssignments,
  },
  {
    name: 'high-entropy',
    summary: 'Random strings of 24 characters or more beside a word such as API key, secret or password',
    keywords: ['key', 'secret', 'token', 'passw', 'passph', 'credential'],
    find: findRandomTokens,
  },
];

const sqlShells = ['mysql', 'mariadb'];
const commandPatterns: readonly Guarded[] = [
  [sqlShells, /((?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;&]{0,200}?\s-p)([^\s"'\\]{3,256})/g],
  [sqlShells, /((?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;&]{0,200}?\s-p["'])([^\n"'\\]{1,256})/g],
  [['sshpass'], /(sshpass\s+-p\s*["']?)([^\s"'\\]{1,256})/g],
  [
    ['curl'],
    /(curl\b[^\n|;&]{0,400}?\s(?:-u|--user|--proxy-user)[\s=]+["']?[^\s:"'\\]{1,128}:)([^\s"'\\]{1,256})/g,
  ],
  [['redis-cli'], /(redis-cli\b[^\n|;&]{0,200}?\s(?:-a|--pass)\s+["']?)([^\s"'\\]{1,256})/g],
  [['identified'], /(identified\s{1,4}by\s{1,4}["'])([^\n"'\\]{1,256})/gi],
  [["password '"], /(\bpassword ')([^\n"'\\]{1,256})'/gi],
  [
    ['machine'],
    /(machine\s{1,8}\S{1,256}[\s+-]{1,8}login\s{1,8}\S{1,256}[\s+-]{1,8}password\s{1,8})([^\s"'\\]{1,256})/gi,
  ],
  [[';pwd=', '; pwd='], /(;\s?pwd=)([^;\s"'\\]{1,128})/gi],
];

/** Rules that search in text, in the order in which they run. */
export const textRules: readonly RedactionRule[] = [...ownRules, ...secretlintRules];
