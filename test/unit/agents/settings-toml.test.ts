import fc from 'fast-check';
import { parse as reference } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { editedToml, openToml } from '../../../src/agents/settings-toml.ts';
