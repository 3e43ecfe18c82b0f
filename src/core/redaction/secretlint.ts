import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { isMask, type RedactionRule, type Span } from './span.ts';

type Creator = (typeof rules)[number];
type Context = Parameters<Creator['create']>[0];
type Source = Parameters<NonNullable<ReturnType<Creator['create']>['file']>>[0];

/**
 * Which of secretlint's rules run, and on which lower-case keywords. The rules are run by hand and not through
 * `lintSource`, because that obeys `secretlint-disable` comments in the text (anybody could switch redaction off)
 * and records a performance mark per call for ever. Left out: `filter-comments` for the first reason, `gcp` (opens
 * files), and `privatekey`, `basicauth`, `database-connection-string`, `npm` (ours mask the secret alone).
 */
const KEYWORDS: Record<string, readonly string[]> = {
  aws: ['secret'],
  slack: ['xox', 'xapp-', 'hooks.slack.com'],
  sendgrid: ['sg.'],
  shopify: ['shppa_', 'shpca_', 'shpat_', 'shpss_'],
  stripe: ['k_live_', 'k_test_'],
  github: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
  gitlab: ['glpat-'],
  grafana: ['glc_', 'glsa_'],
  openai: ['sk-'],
  anthropic: ['sk-ant-'],
  groq: ['gsk_'],
  huggingface: ['hf_'],
  linear: ['lin_api_'],
  notion: ['ntn_', 'secret_'],
  '1password': ['ops_ey'],
  'hashicorp-vault': ['hvs.', 'hvb.', 'hvr.'],
  vercel: ['vcp_', 'vci_', 'vca_', 'vcr_', 'vck_'],
  databricks: ['dapi'],
  docker: ['dckr_pat_'],
  figma: ['figd_'],
  cloudflare: ['cfk_', 'cfut_', 'cfat_'],
  tailscale: ['tskey-'],
};

const shortName = (creator: Creator): string => creator.meta.id.replace(/^.*secretlint-rule-/, '');

/** What a rule may ask of its source; there is no file, so its path is empty and its extension plain text. */
const sourceOf = (content: string): Source => ({
  filePath: undefined,
  physicalFilePath: undefined,
  getFilePath: () => undefined,
  getPhysicalFilePath: () => undefined,
  content,
  contentType: 'text',
  ext: '.txt',
  hasBOM: false,
  indexToPosition: (index) => ({ line: 1, column: index }),
  positionToIndex: (position) => position.column,
  rangeToLocation: (range) => ({ start: { line: 1, column: range[0] }, end: { line: 1, column: range[1] } }),
  locationToRange: (location) => [location.start.column, location.end.column],
});

function contextInto(spans: Span[], text: () => string): Context {
  return {
    sharedOptions: {},
    createTranslator: () => (messageId, data) => ({ message: '', messageId: String(messageId), data }),
    ignore: () => undefined,
    report: ({ range }) => {
      if (!isMask(text().slice(range[0], range[1]))) spans.push([range[0], range[1]]);
    },
  };
}

function ruleOf(creator: Creator, keywords: readonly string[]): RedactionRule {
  return {
    name: shortName(creator),
    summary: `secretlint's rule "${shortName(creator)}"`,
    keywords,
    find(text) {
      const spans: Span[] = [];
      creator
        .create(
          contextInto(spans, () => text),
          {},
        )
        .file?.(sourceOf(text));
      return spans;
    },
  };
}

export const secretlintRules: readonly RedactionRule[] = rules.flatMap((creator) => {
  const keywords = KEYWORDS[shortName(creator)];
  return keywords === undefined ? [] : [ruleOf(creator, keywords)];
});
