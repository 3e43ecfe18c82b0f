export { countText, percent, plural, sizeText } from '../../core/amount-text.ts';
