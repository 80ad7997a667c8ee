const BROWSERS: readonly [name: string, pattern: RegExp][] = [
  ['Edge', /Edg(?:e|A|iOS)?\/(\d+)/u],
  ['Opera', /OPR\/(\d+)/u],
  ['Samsung Internet', /SamsungBrowser\/(\d+)/u],
  ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/u],
  ['Chrome', /(?:Chrome|CriOS)\/(\d+)/u],
  ['Safari', /Version\/(\d+(?:\.\d+)?).*Safari\//u],
];
const SYSTEMS: readonly [name: string, pattern: RegExp][] = [
  ['Android', /Android/u],
  ['iOS', /iPhone|iPad|iPod/u],
  ['Windows', /Windows/u],
  ['macOS', /Macintosh/u],
  ['ChromeOS', /CrOS/u],
  ['Linux', /Linux|X11/u],
];

/** "Firefox 145 on Linux": what a developer needs, and a reporter can read before it is sent. An unknown one is given as it is. */
export function browserName(userAgent: string): string {
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return system === undefined ? `${name} ${version}` : `${name} ${version} on ${system}`;
  }
  return userAgent;
}
