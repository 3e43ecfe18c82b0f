import { createRoot } from 'react-dom/client';
import type { Sheet } from '../../../core/replay/sheet.ts';
import { SheetPage } from './page.tsx';
import '../style/tokens.css';
import '../style/base.css';
import '../style/layout.css';
import './sheet.css';

const place = document.getElementById('page');
const data = document.getElementById('sheet')?.textContent;
if (place !== null && data != null) createRoot(place).render(<SheetPage sheet={JSON.parse(data) as Sheet} />);
