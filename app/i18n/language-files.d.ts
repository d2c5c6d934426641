declare module 'virtual:language-files' {
  /** The built file of each language; none while developing. */
  const files: Partial<Record<import('./locale.ts').Locale, string>>;
  export default files;
}
