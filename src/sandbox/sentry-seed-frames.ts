import type { SandboxSentryFrame, SandboxSentryException } from './sentry-world.model.ts';

/** A frame of the app's own code, with the lines around the one that ran. */
export function ownFrame(filename: string, name: string, at: number, lines: string[]): SandboxSentryFrame {
  return {
    filename,
    absPath: `/srv/app/${filename}`,
    module: filename.replace(/\.\w+$/u, '').replaceAll('/', '.'),
    function: name,
    lineNo: at,
    colNo: filename.endsWith('.py') ? null : 12,
    inApp: true,
    context: lines.map((text, index) => [at - lines.length + 1 + index, text]),
    vars: { apiKey: '[Filtered]' },
  };
}

/** A frame of a library. */
export function libraryFrame(filename: string, name: string, lineNo: number): SandboxSentryFrame {
  const nothing = { absPath: null, module: null, colNo: null, vars: null };
  return { ...nothing, filename, function: name, lineNo, inApp: false, context: [] };
}

/** A frame of which nothing is known. */
export const UNKNOWN_FRAME: SandboxSentryFrame = {
  filename: null,
  absPath: null,
  module: null,
  function: null,
  lineNo: null,
  colNo: null,
  inApp: false,
  context: [],
  vars: null,
};

export function exception(
  type: string,
  value: string,
  frames: SandboxSentryFrame[],
  handled: boolean | null = false,
): SandboxSentryException {
  return { type, value, handled, frames };
}
