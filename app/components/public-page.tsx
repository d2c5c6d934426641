import type { ReactNode } from 'react';
import './public-page.css';

/** A page outside the admin: no account, no data, no Polaris. */
export function PublicPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="rk-public">
      <h1>{title}</h1>
      {children}
    </main>
  );
}
