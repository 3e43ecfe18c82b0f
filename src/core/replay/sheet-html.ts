/** What a page is made of; the hashes are SHA-256 in base64 of the script and the style, as they stand here. */
export interface SheetParts {
  title: string;
  script: string;
  scriptHash: string;
  style: string;
  styleHash: string;
  /** JSON. */
  data: string;
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** No end of an element, and no beginning of a comment, is in JSON without this sign. */
const escapeJson = (json: string): string => json.replaceAll('<', '\\u003c');

/** The page may run this script and nothing else, and asks nobody for anything. */
const policyFor = ({ scriptHash, styleHash }: SheetParts): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${scriptHash}'`,
    `style-src 'sha256-${styleHash}'`,
    "connect-src 'none'",
    "img-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** One page that holds all that it needs. */
export const sheetHtml = (parts: SheetParts): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(parts.title)}</title>
<style>${parts.style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript.</noscript>
<script type="application/json" id="sheet">${escapeJson(parts.data)}</script>
<script>${parts.script}</script>
</body>
</html>
`;
