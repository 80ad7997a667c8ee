const TITLES: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported content type',
  422: 'Cannot be done',
  429: 'Too many requests',
  500: 'Something went wrong here',
  502: 'The other system answered badly',
  503: 'Not ready',
};

export interface ProblemExtras {
  /** The fields that are wrong, each with a sentence. */
  errors?: { field: string; message: string }[];
  /** Response headers, such as `retry-after`. */
  headers?: Record<string, string>;
}

/** A refusal with its HTTP status; `detail` says what happened and what to do next. Answered as problem+json (RFC 9457). */
export class HttpProblem extends Error {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: { field: string; message: string }[] | null;
  readonly headers: Record<string, string>;

  constructor(status: number, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.title = TITLES[status] ?? 'Request refused';
    this.detail = detail;
    this.errors = extras.errors ?? null;
    this.headers = extras.headers ?? {};
  }
}

/**
 * For an id that is missing and for one of another tenant: both must answer with the same bytes.
 * `what` is the noun with its article left out, as in `report`.
 */
export function notFound(what: string): HttpProblem {
  return new HttpProblem(404, `There is no such ${what}, or you may not see it.`);
}

/** A 400 that names one field. */
export function invalidField(field: string, message: string): HttpProblem {
  return new HttpProblem(400, message, { errors: [{ field, message }] });
}
