import { expect, test } from 'vitest';
import { displayWidth } from '../../../../src/core/display-width.ts';
import {
  applyEdit,
  type Edit,
  type Editor,
  editorText,
  openEditor,
  typedText,
} from '../../../../src/tui/resolve/editor.ts';

const after = (editor: Editor, ...edits: Edit[]): Editor => edits.reduce(applyEdit, editor);
const insert = (text: string): Edit => ({ edit: 'insert', text });

test('keys edit at the cursor', () => {
  const editor = openEditor('use redis');
  expect(typedText(after(editor, { edit: 'erase' }, insert('S')))).toBe('use rediS');
  expect(typedText(after(editor, { edit: 'home' }, insert('we '), { edit: 'delete' }))).toBe('we se redis');
  expect(typedText(after(editor, { edit: 'left' }, { edit: 'left' }, { edit: 'right' }, insert('-')))).toBe(
    'use redi-s',
  );
  expect(typedText(after(editor, { edit: 'erase-word' }))).toBe('use ');
  expect(typedText(after(editor, { edit: 'erase-all' }, { edit: 'erase' }, insert('x')))).toBe('x');
});

test('what people see as one letter is erased as one', () => {
  expect(typedText(after(openEditor('a👩‍👩‍👧e\u0301'), { edit: 'erase' }))).toBe('a👩‍👩‍👧');
  expect(typedText(after(openEditor('e'), insert('\u0301'), { edit: 'erase' }))).toBe('');
});

test('what is typed or pasted cannot drive the terminal, and a pasted line break stays one', () => {
  expect(typedText(after(openEditor('a\u001b[2J'), insert('b\u001b]0;x\u0007\rc')))).toBe('ab\nc');
});

test('the line around the cursor fits, wherever the cursor is', () => {
  let editor = openEditor('日本語 text '.repeat(12));
  const cursors: boolean[] = [];
  for (let step = 0; step <= editor.letters.length; step++) {
    const text = editorText(editor, 30);
    expect(displayWidth(text)).toBeLessThanOrEqual(30);
    cursors.push(text.includes('█'));
    editor = applyEdit(editor, { edit: 'left' });
  }
  expect(cursors).not.toContain(false);
  expect(editorText(openEditor('a\nb'), 30)).toBe('a↵b█');
});
