import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/layout.css';

/** Draws the page. */
export function start(): void {
  const place = document.getElementById('page');
  if (place !== null)
    createRoot(place).render(
      <StrictMode>
        <App />
      </StrictMode>,
    );
}
